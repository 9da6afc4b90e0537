"""What is read back of a run folder for the search of causes."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.evidence import evidence
from tests.diagnose.searching import PLAN, but, showing
from tests.diagnose.test_certificates import OLD, Said
from tests.recorded.altering import answers
from trueline.diagnose.evidence import Evidence
from trueline.model.observation import NotObserved
from trueline.observe.store import ANSWERS, CLUSTERS
from trueline.report.run import RunFolder

RED = Said(
    "ING-002",
    "store.app.local certificate from runner issuer",
    "issued by old-ca, which leads to none",
    needs=("address:192.168.64.120",),
)


def test_a_run_folder_tells_who_signed(tmp_path: Path) -> None:
    facts = but(r"https store\.app\.local at .*", showing(lambda _: OLD.leaf("store.app.local")))
    folder = RunFolder(tmp_path)
    folder.facts.mkdir()
    CLUSTERS.save(folder.facts / f"{CLUSTERS.kind}.json", facts.clusters)
    with pytest.raises(NotObserved, match="nobody was asked anything"):
        evidence(folder, PLAN, ()).signers(RED)
    ANSWERS.save(folder.facts / f"{ANSWERS.kind}.json", answers(facts))
    found = evidence(folder, PLAN, ())
    assert (found.clusters, found.wire, found.claims) == (facts.clusters, {}, ())
    assert found.signers(RED) == ()


def test_without_anybody_who_looked_nobody_knows_who_signed() -> None:
    found = Evidence(topology=PLAN, clusters={}, wire={}, announcers=lambda *_: ())
    with pytest.raises(NotObserved, match=r"^nobody looked at what was shown$"):
        found.signers(RED)
