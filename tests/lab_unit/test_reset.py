"""What a reset has to know of what it did: whether an API was away."""

from __future__ import annotations

from tools.lab.reset import was_away


def test_an_api_was_away_when_its_server_or_machine_was_started_again() -> None:
    done = ["app-m1: kube-apiserver restarted", "app-w1: turned on", "control-m1: thawed"]
    assert was_away("app-m1", done)
    assert was_away("app-w1", done)
    assert not was_away("control-m1", done)
    assert not was_away("app-m", done)
