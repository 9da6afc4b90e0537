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
        for path in sorted(shard.journals.glob("*.jsonl")):
            shutil.copyfile(path, target.journals / f"{number}-{path.name}")


def junit(
    shards: Mapping[int, RunFolder], gone: Mapping[int, Sequence[str]], target: RunFolder
) -> None:
    """One file with a suite for every shard; of one that is missing every test is an error."""
    root = ElementTree.Element("testsuites", name="pytest tests")
    for number, shard in shards.items():
        if shard.junit.exists():
            for suite in ElementTree.parse(shard.junit).getroot().iter("testsuite"):
                suite.set("name", f"{suite.get('name', 'pytest')} {number}")
                root.append(suite)
    for number, tests in gone.items():
        root.append(_absent(number, tests))
    ElementTree.ElementTree(root).write(target.junit, encoding="utf-8", xml_declaration=True)


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
    return (path for path in folder.glob("*") if path.is_file())
