"""What the shards of one run wrote for programs: journals, JUnit and Allure results, as one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from trueline.report.run import RunFolder

# Of the run as a whole: written anew.
_OF_THE_RUN = ("environment.properties", "categories.json")


def journals(shards: Mapping[int, RunFolder], target: RunFolder) -> None:
    """Take over the journal of every worker of every shard, which say whose they are."""
    for number, shard in shards.items():
        for path in sorted(one for one in _files(shard.journals) if one.suffix == ".jsonl"):
            shutil.copyfile(path, target.journals / f"{number}-{path.name}")


def junit(
    shards: Mapping[int, RunFolder], gone: Mapping[int, Sequence[str]], target: RunFolder
) -> None:
    """One file with a suite for every shard; of one that is missing every test is an error."""
    root = ElementTree.Element("testsuites", name="pytest tests")
    for number, shard in shards.items():
        if shard.junit.exists():
            for suite in _parsed(shard.junit).iter("testsuite"):
                suite.set("name", f"{suite.get('name', 'pytest')} {number}")
                root.append(suite)
    for number, tests in gone.items():
        root.append(_absent(number, tests))
    ElementTree.ElementTree(root).write(target.junit, encoding="utf-8", xml_declaration=True)


def _parsed(path: Path) -> ElementTree.Element:
    """The root of a JUnit file. Raises ValueError.

    pytest writes no document type, which is where entities would be declared that grow.
    """
    data = path.read_bytes()
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError(f"{path} declares a document type: it is no file of pytest")
    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise ValueError(f"{path} is no XML: {error}") from error


def _absent(number: int, tests: Sequence[str]) -> ElementTree.Element:
    count = str(len(tests))
    suite = ElementTree.Element(
        "testsuite", name=f"pytest {number}", errors=count, failures="0", skipped="0", tests=count
    )
    for test in tests:
        path, _, name = test.partition("::")
        where = path.removesuffix(".py").replace("/", ".")
        case = ElementTree.SubElement(suite, "testcase", classname=where, name=name)
        ElementTree.SubElement(case, "error", message=f"shard {number} is missing")
    return suite


def allure(shards: Iterable[RunFolder], target: RunFolder) -> None:
    """Take over every result; their names are unique."""
    target.allure.mkdir(exist_ok=True)
    for shard in shards:
        for path in sorted(_files(shard.allure)):
            if path.name not in _OF_THE_RUN:
                shutil.copyfile(path, target.allure / path.name)


def _files(folder: Path) -> Iterable[Path]:
    """Its own files: a link could name any file of this host."""
    return (path for path in folder.glob("*") if path.is_file() and not path.is_symlink())
