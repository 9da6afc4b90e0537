"""What the pods of a cluster reach: a batch of TCP probes run inside each planned probe pod."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from trueline.model.observation import Observation, Unobserved, View, Views
from trueline.model.topology import Cluster, Topology, Vantage
from trueline.observe.clock import SYSTEM, Clock
from trueline.observe.snapshot import unforeseen
from trueline.probes.kube_access import kubeconfig_of
from trueline.vantage.host import refusal
from trueline.vantage.place import Pod, Unreachable

_API_PORT = 443  # of the Service `kubernetes`
_DNS_PORT = 53


def take_views(topology: Topology, kubeconfig: Path | None = None, clock: Clock = SYSTEM) -> Views:
    """What each pod vantage of the plan reaches, by vantage name, all of them at once.

    Asked are the Services every pod needs: the API and the DNS of its own cluster. A vantage that
    cannot run the batch is a gap with its reason. A vantage without a pod is left out.
    """
    placed = [item for item in topology.vantages if item.pod is not None]
    held_back = refusal(topology)

    def take(vantage: Vantage) -> View:
        cluster = topology.cluster(str(vantage.cluster))
        place = Pod(
            name=vantage.name,
            pod=str(vantage.pod),
            context=cluster.context,
            kubeconfig=kubeconfig_of(cluster, kubeconfig),
            api_timeout=topology.budgets.api_timeout,
        )
        source, where = "TCP probes", f"pod {vantage.pod} of {cluster}"
        try:
            if held_back is not None:
                raise Unreachable(held_back)
            facts = place.connect(own_services(cluster), timeout=topology.budgets.connect_timeout)
        except Exception as error:  # noqa: BLE001  it would spoil every other vantage's verdicts
            told = isinstance(error, Unreachable)
            reason = str(error) if told else f"pod {vantage.pod} ran no probe: {unforeseen(error)}"
            return Unobserved(reason=reason, at=clock.now(), source=source, vantage=where)
        return Observation(value=facts, at=clock.now(), source=source, vantage=where)

    with ThreadPoolExecutor(max_workers=len(placed) or 1) as pool:
        seen = list(pool.map(take, placed))
    return {item.name: view for item, view in zip(placed, seen, strict=True)}


def own_services(cluster: Cluster) -> list[tuple[str, int]]:
    """The (address, port) pairs that every pod of a cluster must reach, as planned.

    The API has the first address of the Service network (kube-apiserver's own rule).
    """
    found = [(str(cidr.network[1]), _API_PORT) for cidr in cluster.services[:1]]
    if cluster.dns_service is not None:
        found.append((str(cluster.dns_service), _DNS_PORT))
    return found
