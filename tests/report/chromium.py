"""A real browser that opens a file, and what the page asked of the network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.gate import BROWSER, SWITCHES

NAMES = ("chromium", "chromium-browser", "google-chrome")
ITS_OWN = "not an origin"  # the initiator of what the browser asks for itself


@dataclass(frozen=True)
class Opened:
    """What a page looked like at last, and every URL that it asked the network for."""

    dom: str
    asked: list[str]


def browser() -> str:
    """The browser of this machine; skips without one, and fails where the gate has put one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        why = f"no {' or '.join(NAMES)} on PATH (Debian: apt-get install chromium)"
        if os.environ.get(BROWSER):
            pytest.fail(f"{why}, and {BROWSER} says that there is one")
        pytest.skip(why)
    return found


def opened(url: str, folder: Path) -> Opened:
    """Open a URL in a browser that has never run before."""
    log = folder / "net.json"
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run(
        [browser(), *SWITCHES, f"--user-data-dir={folder}", f"--log-net-log={log}",
         "--dump-dom", url],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Opened(done.stdout, asked(json.loads(log.read_text(encoding="utf-8"))))


def asked(log: dict[str, object]) -> list[str]:
    """The URLs that a page asked for, by Chromium's log of the network, in order."""
    constants, events = log["constants"], log["events"]
    assert isinstance(constants, dict)
    assert isinstance(events, list)
    request = constants["logEventTypes"]["URL_REQUEST_START_JOB"]
    found = [event.get("params", {}) for event in events if event["type"] == request]
    return [one["url"] for one in found if "url" in one and one.get("initiator") != ITS_OWN]
