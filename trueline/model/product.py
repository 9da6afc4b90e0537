"""The products behind the planned addresses, as values: what they promise across clusters.

`at` is the line each value was written on. What a plan leaves open is None or empty, and asks
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trueline.model.source import Source

TENANT = "X-Scope-OrgID"  # the header in which Loki and Tempo expect the tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who delivers into a product from another cluster: pods of one namespace.

    `labels` are what its deliveries carry so that clusters can be told apart (for Prometheus the
    external labels).
    """

    cluster: str
    namespace: str
    labels: Mapping[str, str]
    at: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How workloads of a cluster log in to Vault: auth mount, role and service account.

    `reads` is the path of the API that the role may read (`secret/data/canary`), None where the
    plan names none.
    """

    cluster: str
    namespace: str
    service_account: str
    mount: str
    role: str
    reads: str | None
    at: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """One object by which a product acts in another cluster.

    For Argo CD an Application, for External Secrets an ExternalSecret; `name` is
    `namespace/object`.
    """

    cluster: str
    name: str
    at: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What stands behind an address. `target` is `reservation:CLUSTER/NAME` or `vm:NAME`.

    `kind` is prometheus, loki, tempo, vault, argocd, grafana, redis or mysql. A `stand_in` is
    labelled as one and proves nothing of the product. `anonymous` says whether strangers may read
    and write; None asks nothing. `tenant` is the value of X-Scope-OrgID. `data_sources` maps the
    name of a Grafana data source to the product it reads.
    """

    name: str
    kind: str
    target: str
    stand_in: bool
    anonymous: bool | None
    tenant: str | None
    senders: tuple[Sender, ...]
    logins: tuple[Login, ...]
    synced: tuple[Deploy, ...]
    deploys: tuple[Deploy, ...]
    data_sources: Mapping[str, str]
    at: Source

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One host that a gateway routes. `gateway` is `reservation:CLUSTER/NAME`.

    `service` is the `namespace/service` that must answer; `tls` the port on which the gateway ends
    TLS (None: plain only); `redirect` whether the plain port sends clients to TLS. `answers` is a
    text that the Service's answers contain and nobody else's, where the plan gives one.
    """

    host: str
    gateway: str
    service: str
    tls: int | None
    plain: int | None
    redirect: bool
    at: Source
    answers: str | None = None

    def __str__(self) -> str:
        return self.host


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingress:
    """What enters through gateways (`routes`), and what may bypass them (`direct`).

    `direct` holds `CLUSTER/NAME` of reservations; None leaves it open.
    """

    routes: tuple[Route, ...] = ()
    direct: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """A bundle of CA certificates (PEM) that planned certificates must chain to."""

    name: str
    file: str
    at: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbePods:
    """The pods that a run starts to probe from, where the plan names no pod of its own.

    `image` needs Python 3 and nothing else; `namespace` is for vantage points that name none.
    """

    image: str
    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)


NO_INGRESS = Ingress()
PROBE_PODS = ProbePods(image="lab.local/tools:1", namespace="trueline")
