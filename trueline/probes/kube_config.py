"""A kubeconfig as kubectl reads it: one file or several, and what one context of it says."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from trueline.probes.kube_access import Unreachable

LARGEST = 4 << 20  # bytes of a kubeconfig; one with a hundred clusters has 1 % of it


@dataclass(frozen=True, slots=True)
class Named:
    """One entry of a list of a kubeconfig; relative paths in it start at `folder`."""

    values: dict[str, Any] = field(repr=False)
    folder: Path

    def get(self, key: str) -> Any:
        """A value, None where it is missing or empty."""
        return self.values.get(key) or None

    def path(self, key: str) -> Path:
        """The file that is named under a key."""
        return self.folder / str(self.values[key])


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a context leads to; `where` names the context and the kubeconfig in texts."""

    where: str
    context: str
    cluster: Named
    user: Named


def entry(context: str, kubeconfig: str) -> Entry:
    """What a context of a kubeconfig says; one path or several, as in KUBECONFIG.

    Of several entries of one name the first file's is taken, a file that does not exist is passed
    over, and a relative path starts at the folder of its own file, as kubectl does it. Raises
    Unreachable.
    """
    paths = [Path(part).expanduser() for part in kubeconfig.split(os.pathsep) if part]
    read = [(path.absolute().parent, _read(path)) for path in paths if path.exists()]
    if not read:
        raise Unreachable(f"no kubeconfig: {kubeconfig} does not exist")
    where = f"context {context!r} of {kubeconfig}"
    contexts = _merged(read, "contexts", "context", where)
    if context not in contexts:
        raise Unreachable(
            f"the kubeconfig {kubeconfig} has no context {context!r}"
            f" (it has: {', '.join(sorted(contexts)) or 'none'})"
        )
    chosen = contexts[context]
    clusters = _merged(read, "clusters", "cluster", where)
    name = str(chosen.get("cluster") or "")
    if name not in clusters:
        raise Unreachable(f"{where}: there is no cluster {name!r} in it")
    user = str(chosen.get("user") or "")
    users = _merged(read, "users", "user", where)
    if user and user not in users:
        raise Unreachable(f"{where}: there is no user {user!r} in it")
    nobody = Named({}, chosen.folder)
    return Entry(where=where, context=context, cluster=clusters[name], user=users.get(user, nobody))


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise Unreachable(f"the kubeconfig {path} is no file")
    if path.stat().st_size > LARGEST:
        raise Unreachable(f"the kubeconfig {path} is larger than {LARGEST} bytes")
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unreachable(f"the kubeconfig {path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        at = f": line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise Unreachable(f"the kubeconfig {path} is not YAML{at}") from error
    except Exception as error:  # a parser raises what it likes; its text quotes the value
        raise Unreachable(
            f"the kubeconfig {path} cannot be read: {type(error).__name__}"
        ) from error
    if not isinstance(found, dict):
        raise Unreachable(f"the kubeconfig {path} is empty or no kubeconfig")
    return found


def _merged(
    read: list[tuple[Path, dict[str, Any]]], key: str, of: str, where: str
) -> dict[str, Named]:
    """The entries of a list of all files by their names."""
    found: dict[str, Named] = {}
    for folder, file in read:
        listed = file.get(key) or []
        if not isinstance(listed, list):
            raise Unreachable(f"{where}: its {key} are no list")
        for one in listed:
            if not isinstance(one, dict) or "name" not in one:
                raise Unreachable(f"{where}: one of its {key} has no name")
            values = one.get(of) or {}
            if not isinstance(values, dict):
                raise Unreachable(f"{where}: its {of} {one['name']!r} is no mapping")
            found.setdefault(str(one["name"]), Named(values, folder))
    return found
