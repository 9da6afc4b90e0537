"""Where the faults of names strike, and what they change in a Corefile."""

from __future__ import annotations

from typing import cast

import pytest

from tests.lab_unit.world import TEXT, plan
from tools.lab.errors import LabError
from tools.lab.faults import names
from tools.lab.lab import Lab


class _Plan:
    """As much of a lab as these look at."""

    def __init__(self, text: str = TEXT) -> None:
        self.topology = plan(text)


def lab(text: str = TEXT) -> Lab:
    return cast(Lab, _Plan(text))


def test_the_first_zone_of_the_runner_and_its_first_reserved_name_are_struck() -> None:
    assert names.zone(lab()).name == "east.test"
    assert names.name(lab()).name == "web.east.test"
    assert names.elsewhere(lab()) == "192.0.2.77"


def test_a_plan_without_such_a_zone_or_name_is_told() -> None:
    away = TEXT.replace("{authority: 198.51.100.1}", "{authority: 198.51.100.30}")
    with pytest.raises(LabError, match="needs a zone whose authority is the runner's address"):
        names.zone(lab(away))
    unreserved = TEXT.replace("{address: 198.51.100.100, from", "{address: 198.51.100.20, from")
    with pytest.raises(LabError, match="needs a name that leads to a reserved address"):
        names.name(lab(unreserved))


def test_a_line_is_put_at_the_start_of_the_zones_block() -> None:
    corefile = "cluster.local:53 {\n    errors\n}\neast.test:53 {\n    errors\n}\n"
    assert names.in_zone(lab(), "template IN AAAA { rcode NXDOMAIN }")(corefile) == (
        "cluster.local:53 {\n    errors\n}\n"
        "east.test:53 {\n    template IN AAAA { rcode NXDOMAIN }\n    errors\n}\n"
    )
