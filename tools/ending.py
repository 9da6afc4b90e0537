"""How a command ends when what is outside of it fails: one line, and no traceback."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from collections.abc import Callable

FAILED, INTERRUPTED, CLOSED = 2, 130, 141


def heard() -> None:
    """Let SIGTERM and SIGINT end this command like Ctrl-C, in the background of a shell as well.

    There Ctrl-C is not heard, and what is started from here would not hear it either.
    """
    for what in (signal.SIGTERM, signal.SIGINT):
        signal.signal(what, signal.default_int_handler)


def ended(main: Callable[[], int]) -> int:
    """The exit status of a command; 2 when a file cannot be read or written, which is told.

    130 when it is interrupted, 141 when nobody reads its output any more. The process gives its
    memory back as a whole then: taking apart what it has imported would take longer than most
    commands take to start.
    """
    atexit.register(gc.freeze)
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go_of_output()
        return CLOSED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _let_go_of_output()
        print(f"{where}{(error.strerror or str(error)).lower()}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    return status


def _let_go_of_output() -> None:
    """What is still to be written would fail again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
