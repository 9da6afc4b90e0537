from __future__ import annotations

import hashlib
import zlib

from tools.lab.products import git_repository

FILES = {"web/a.yaml": "a: 1\n", "web.x": "b: 2\n", "z": "q\n"}
# What `git commit` makes of these files with the same names and dates.
COMMIT = "e9ca51063c2edc30d528d5a71768fa1a27bf5cb7"


def opened(files: dict[str, bytes]) -> dict[str, bytes]:
    """Name of each object -> what it says, unpacked."""
    return {
        path.removeprefix("objects/").replace("/", ""): zlib.decompress(data)
        for path, data in files.items()
        if path.startswith("objects/")
    }


def test_the_same_files_are_the_same_commit() -> None:
    files = git_repository.bare(FILES)
    assert files["HEAD"] == b"ref: refs/heads/main\n"
    assert files["refs/heads/main"].decode() == f"{COMMIT}\n"
    assert files == git_repository.bare(dict(reversed(FILES.items())))


def test_every_object_has_the_name_of_its_content() -> None:
    found = opened(git_repository.bare(FILES))
    assert len(found) == 6
    assert {hashlib.sha1(data).hexdigest() for data in found.values()} == set(found)


def test_a_folder_comes_where_its_name_with_a_slash_would() -> None:
    found = opened(git_repository.bare(FILES))
    top = next(d for d in found.values() if d.startswith(b"tree") and b"web.x" in d)
    assert top.index(b"100644 web.x") < top.index(b"40000 web\0") < top.index(b"100644 z")
