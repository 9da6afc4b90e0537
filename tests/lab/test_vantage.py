"""The same probe code from the host and from a pod of the lab, through the real exec."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.lab.running import ROOT
from tools.lab.lab import Lab
from tools.lab.paths import state
from trueline.model.topology import Vantage
from trueline.observe.views import own_services

pytestmark = pytest.mark.lab

ASK = """
import json, sys
from trueline.vantage.place import Host, Pod, Unreachable
context, pod, kubeconfig, targets = json.loads(sys.argv[1])
targets = [tuple(target) for target in targets]
places = [Host("runner"), Pod("p", pod, context, kubeconfig, api_timeout=10)]
said = [[fact.outcome for fact in place.connect(targets, timeout=1.5)] for place in places]
try:
    nobody = Pod("p", "trueline/nobody", context, kubeconfig, api_timeout=10)
    nobody.connect(targets, timeout=1)
except Unreachable as error:
    said.append(str(error))
print(json.dumps(said))
"""


def pod_vantages(lab: Lab) -> list[Vantage]:
    return [vantage for vantage in lab.topology.vantages if vantage.pod is not None]


def test_services_are_open_to_pods_and_closed_to_the_segment(lab: Lab) -> None:
    for vantage in pod_vantages(lab):
        cluster = lab.topology.cluster(str(vantage.cluster))
        asked = [cluster.context, vantage.pod, str(state() / "kubeconfig"), own_services(cluster)]
        done = subprocess.run(
            lab.runner_command([sys.executable, "-c", ASK, json.dumps(asked)]),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        from_host, from_pod, nobody = json.loads(done.stdout)
        assert set(from_host) == {"unreachable"}
        assert set(from_pod) == {"connected"}
        assert nobody == 'pod trueline/nobody ran no probe: pods "nobody" not found'


def test_every_cluster_has_a_pod_vantage(lab: Lab) -> None:
    assert {vantage.cluster for vantage in pod_vantages(lab)} == set(lab.clusters)
