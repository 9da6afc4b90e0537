"""docs/first-run.md is of a walk in which every step ended well, in under five minutes."""

from __future__ import annotations

import re

from tools import walk
from tools.lab_run import ROOT


def test_a_new_users_way_is_shown_as_it_went() -> None:
    day, cpus, steps = walk.load()
    text = walk.PAGE.read_text(encoding="utf-8")
    assert text == walk.page(day, cpus, steps)
    assert [step for step in steps if step.code] == []
    assert sum(step.seconds for step in steps[1:]) < 300
    for name in re.findall(r"\]\(images/(.+?)\)", text):
        assert (walk.IMAGES / name).read_bytes().startswith(b"\x89PNG"), name


def test_its_commands_are_those_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _, _, steps = walk.load()
    for step in steps:
        words = re.search(r"make \w+|tools\.\w+|suites/\w*", step.command)
        assert words is not None, step.command
        assert words[0] in readme
