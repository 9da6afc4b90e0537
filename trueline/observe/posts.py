"""The posts of a run: a place for each vantage point, with the pods that had to be started for it.

Pods are started all at once, and removed when the run closes them, is interrupted or fails; what a
killed run left is swept by the next one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from trueline.model.observation import ClusterFacts
from trueline.model.topology import Cluster, Topology, Vantage
from trueline.observe.clock import Clock
from trueline.observe.settle import settle
from trueline.probes import kube_access, kube_client, kube_pods
from trueline.vantage.place import Host, Place, Ssh
from trueline.vantage.pod import Pod
from trueline.vantage.program import Unreachable

LOOK_AGAIN = 0.5  # seconds between two looks at a pod that starts
_AT_ONCE = 32
_TRIES = 3  # to remove a pod from an API that is busy or fails now and then
_NOT_NOW = frozenset(
    {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE}
)
_SIDECARS = frozenset({"istio-proxy", "istio-init", "linkerd-proxy"})


class Posts:
    """Places by vantage point. Use `open` first, `place` from any thread, `close` at the end."""

    def __init__(
        self,
        topology: Topology,
        clusters: dict[str, ClusterFacts],
        *,
        run: str,
        kubeconfig: Path | None,
        clock: Clock,
    ) -> None:
        self._topology = topology
        self._clusters = clusters
        self._run = run
        self._kubeconfig = kubeconfig
        self._clock = clock
        self._apis: dict[str, kube_client.Api] = {}
        self._rolls: dict[str, kube_pods.Roll] = {}
        self._opening = threading.Lock()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="posts")
        self._places: dict[str, Future[Place]] = {}
        self._started: list[tuple[str, str, str]] = []
        self._abandoned = threading.Event()

    def open(self, vantages: Iterable[Vantage]) -> None:
        """Begin to make every place that is not open yet; returns at once."""
        wanted = [item for item in vantages if item.name not in self._places]
        for name in dict.fromkeys(item.cluster for item in wanted if _starts_a_pod(item)):
            self._pool.submit(self._sweep, str(name))
        for vantage in wanted:
            self._places[vantage.name] = self._pool.submit(self._make, vantage)

    def place(self, vantage: Vantage) -> Place:
        """The place of a vantage point, when it can be used. Raises Unreachable."""
        return self._places[vantage.name].result()

    @property
    def abandoned(self) -> bool:
        """Whether what is asked from here on, or at the moment, may end for want of its pod."""
        return self._abandoned.is_set()

    def abandon(self) -> None:
        """Wait for no pod any more, and remove those that were started: what they are asked ends.

        Who is interrupted has seconds: xdist kills a worker that takes longer.
        """
        self._abandoned.set()
        self._remove()

    def close(self) -> None:
        """Remove every pod that was started."""
        for task in self._places.values():
            task.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._remove()

    def _remove(self) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._stop, tuple(self._started)))

    def _stop(self, started: tuple[str, str, str]) -> None:
        cluster, namespace, name = started
        # The kubelet ends it after kube_pods.LIFE, and the next run sweeps it.
        for _ in range(_TRIES):
            try:
                kube_pods.stop(self.api(self._topology.cluster(cluster)), namespace, name)
            except kube_client.Refused as error:
                if error.status not in _NOT_NOW:
                    return
            except kube_access.Unreachable:
                return
            else:
                return

    def _sweep(self, cluster: str) -> None:
        with suppress(kube_client.Refused, kube_access.Unreachable):
            api = self.api(self._topology.cluster(cluster))
            for namespace, name in kube_pods.leftovers(api, self._clock.now()):
                kube_pods.stop(api, namespace, name)

    def _make(self, vantage: Vantage) -> Place:
        if vantage.kind == "host":
            return Host()
        budgets = self._topology.budgets
        if vantage.kind == "ssh":
            return Ssh(str(vantage.host), budgets.api_timeout)
        cluster = self._topology.cluster(str(vantage.cluster))
        container = None
        if vantage.pod is not None:
            pod, container = vantage.pod, self._container(cluster.name, vantage.pod)
        else:
            pod = self._start(cluster, vantage)
        return Pod(
            pod=pod,
            context=cluster.context,
            kubeconfig=kube_access.kubeconfig_of(cluster, self._kubeconfig),
            api_timeout=budgets.api_timeout,
            container=container,
        )

    def _container(self, cluster: str, pod: str) -> str | None:
        """The container of a pod with several that is no sidecar."""
        facts = self._clusters.get(cluster)
        for item in facts.pods.value if facts is not None and facts.pods.kind == "seen" else ():
            if f"{item.namespace}/{item.name}" == pod:
                return next((name for name in item.images if name not in _SIDECARS), None)
        return None

    def _start(self, cluster: Cluster, vantage: Vantage) -> str:
        probes = self._topology.probes
        wanted = kube_pods.Wanted(
            namespace=vantage.namespace or probes.namespace,
            name=kube_pods.label(f"trueline-{self._run}-{vantage.name}"),
            run=self._run,
            image=probes.image,
            labels=probes.labels,
            service_account=vantage.service_account,
            node=vantage.node,
            on_node=vantage.kind == "node",
        )
        where = f"{wanted.namespace}/{wanted.name}"
        try:
            api = self.api(cluster)
            self._started.append((cluster.name, wanted.namespace, wanted.name))
            outcome = settle(
                kube_pods.starter(api, wanted, self._roll(cluster, api)),
                lambda seen: seen is None or self._abandoned.is_set(),
                within=self._topology.budgets.convergence,
                every=LOOK_AGAIN,
                clock=self._clock,
                overtime=0.0,
            )
        except (kube_client.Refused, kube_access.Unreachable, kube_pods.NotStarted) as error:
            raise Unreachable(f"no pod to probe from in {cluster}: {error}") from error
        if self._abandoned.is_set():
            raise Unreachable(
                f"pod {where} of {cluster} was not waited for: the run was interrupted"
            )
        if outcome.last is not None:
            raise Unreachable(f"pod {where} of {cluster} {outcome.last}: {outcome}")
        return where

    def _roll(self, cluster: Cluster, api: kube_client.Api) -> kube_pods.Roll:
        with self._opening:
            if cluster.name not in self._rolls:
                self._rolls[cluster.name] = kube_pods.Roll(
                    api, self._run, fresh=LOOK_AGAIN, elapsed=self._clock.elapsed
                )
            return self._rolls[cluster.name]

    def api(self, cluster: Cluster) -> kube_client.Api:
        """The API of a cluster, connected to once. Raises kube_access.Unreachable."""
        with self._opening:
            if cluster.name not in self._apis:
                self._apis[cluster.name] = kube_client.connect(
                    cluster.context,
                    kube_access.kubeconfig_of(cluster, self._kubeconfig),
                    self._topology.budgets.api_timeout,
                )
            return self._apis[cluster.name]


def _starts_a_pod(vantage: Vantage) -> bool:
    return vantage.kind in ("pod", "node") and vantage.pod is None
