"""Where a batch of probes runs: this host, or a machine through ssh; `pod` has a pod through exec.

All take the same batch and give the same answers, since all run the same modules
(`trueline.vantage.program`), so a check compares vantage points without knowing how they were
reached.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from trueline.model.probe import Answer
from trueline.probes import command_session
from trueline.probes.command import CommandFailed
from trueline.vantage.program import (
    IMPORTER,
    LOADER,
    Batch,
    Unreachable,
    line,
    longest,
    packages,
    program,
    read,
)

_START = 30.0  # seconds until the program runs on this host, at the very latest


class Asking(Protocol):
    """Runs batches."""

    def ask(self, batch: Batch) -> dict[str, Answer]:
        """Run every probe of the batch, all at once; the answers by name.

        Raises Unreachable when the vantage point itself cannot be used.
        """
        ...


class Talk(Asking, Protocol):
    """Batches that a vantage point runs one after the other; of one thread at a time."""

    def close(self) -> None:
        """No more is asked."""
        ...


class Place(Asking, Protocol):
    """A vantage point that can run a batch."""

    def talk(self) -> Talk:
        """For several batches, one after the other: begun by this. Raises Unreachable."""
        ...

    def ask(self, batch: Batch) -> dict[str, Answer]:
        """As `Asking.ask`, by a talk of one batch."""
        with closing(self.talk()) as talk:
            return talk.ask(batch)


@dataclass(frozen=True)
class _Command:
    """The probe program, run by a command of this host, which waits for the next batch."""

    session: command_session.Session
    patience: float
    who: str

    def ask(self, batch: Batch) -> dict[str, Answer]:
        """As `Asking.ask`."""
        patience = self.patience + longest(batch)
        try:
            text = self.session.say(line(batch), patience)
        except TimeoutError as error:
            raise Unreachable(f"{self.who} did not answer within {patience:g} s") from error
        except command_session.TooMuch as error:
            most = command_session.LARGEST
            raise Unreachable(f"{self.who} wrote more than {most} bytes") from error
        except (CommandFailed, OSError) as error:
            raise Unreachable(f"{self.who} ran no probe: {error}") from error
        return read(text, batch, self.who)

    def close(self) -> None:
        """The program ends."""
        self.session.close()


@dataclass(frozen=True)
class Host(Place):
    """The network namespace this process runs in.

    The probes have a process of their own: among the threads of this one, which decode what all
    vantage points send, they would measure its haste and not the network's.
    """

    def talk(self) -> Talk:
        """As `Place.talk`: here the program is imported, for Python keeps it compiled."""
        words = (sys.executable, "-I", "-S", "-c", IMPORTER, packages())
        return _begun(words, "", _START, "this host")


@dataclass(frozen=True)
class Ssh(Place):
    """A machine with Python 3, reached by the ssh of this host, without a password."""

    host: str
    patience: float
    program: str = "ssh"

    def talk(self) -> Talk:
        """As `Place.talk`, by one login for all batches."""
        words = [self.program, "-o", "BatchMode=yes", "-o", f"ConnectTimeout={self.patience:.0f}"]
        words += ["--", self.host, f"python3 -c '{LOADER}'"]
        return _begun(words, program(), self.patience, self.host)


def _begun(words: Sequence[str], greeting: str, patience: float, who: str) -> _Command:
    """The probe program, run by a command of this host. Raises Unreachable."""
    try:
        session = command_session.Session(words, greeting)
    except FileNotFoundError as error:
        raise Unreachable(f"there is no {words[0]} on this host") from error
    except OSError as error:
        raise Unreachable(f"{words[0]} cannot be run: {error}") from error
    return _Command(session, patience, who)
