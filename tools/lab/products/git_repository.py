"""A bare Git repository as the few files it is made of: one commit on the branch `main`.

Written by hand, because the same manifests then give the same commit on every machine, whatever
its Git is set to. Formats: git-scm.com, gitformat-objects and gitrepository-layout.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping

BRANCH = "main"
_AUTHOR = "lab <lab@lab.local> 1700000000 +0000"
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"


def bare(files: Mapping[str, str]) -> dict[str, bytes]:
    """Path in the repository's folder -> content, for a tree of text files (`folder/file`)."""
    found: dict[str, bytes] = {}
    top = _tree({path: text.encode() for path, text in files.items()}, found)
    commit = f"tree {top}\nauthor {_AUTHOR}\ncommitter {_AUTHOR}\n\nWhat the lab deploys\n"
    head = _object("commit", commit.encode(), found)
    return {
        "HEAD": f"ref: refs/heads/{BRANCH}\n".encode(),
        "config": _CONFIG.encode(),
        f"refs/heads/{BRANCH}": f"{head}\n".encode(),
        **dict(sorted(found.items())),
    }


def _object(kind: str, content: bytes, found: dict[str, bytes]) -> str:
    """Put an object among those found; its name."""
    data = f"{kind} {len(content)}\0".encode() + content
    name = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    found[f"objects/{name[:2]}/{name[2:]}"] = zlib.compress(data)
    return name


def _tree(files: Mapping[str, bytes], found: dict[str, bytes]) -> str:
    """Put a folder and all below it among the objects found; the name of its tree."""
    folders: dict[str, dict[str, bytes]] = {}
    entries: dict[str, tuple[str, str]] = {}
    for path, content in files.items():
        head, _, rest = path.partition("/")
        if rest:
            folders.setdefault(head, {})[rest] = content
        else:
            entries[head] = ("100644", _object("blob", content, found))
    for head, below in folders.items():
        entries[head] = ("40000", _tree(below, found))
    # Git orders a folder as if its name ended with a slash.
    order = sorted(entries, key=lambda head: head + "/" if entries[head][0] == "40000" else head)
    lines = [f"{entries[n][0]} {n}\0".encode() + bytes.fromhex(entries[n][1]) for n in order]
    return _object("tree", b"".join(lines), found)
