"""The service mesh that spans the clusters, as declared. `at` is the line of each value."""

from __future__ import annotations

from dataclasses import dataclass

from trueline.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A workload in the mesh: the `service` (`namespace/service`) and `port` it serves.

    `service_account` makes its identity; `strict` refuses plaintext. `callers` are the vantage
    points in the mesh that call it; `answers` is a text that its answers contain and nobody else's.
    """

    name: str
    cluster: str
    service: str
    port: int
    service_account: str
    strict: bool
    callers: tuple[str, ...]
    at: Source
    answers: str | None = None

    def __str__(self) -> str:
        return f"{self.cluster}/{self.name}"

    @property
    def namespace(self) -> str:
        """The namespace of its Service."""
        return self.service.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshMember:
    """One cluster's part in the mesh: its network name and its gateways' reservations.

    None stands for what the plan leaves open.
    """

    cluster: str
    network: str | None
    ingress: str | None
    east_west: str | None
    at: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """The service mesh: trust domain, root certificate pin, mode (`strict` or `permissive`).

    None stands for what the plan leaves open.
    """

    trust_domain: str | None
    root_sha256: str | None
    mode: str | None
    members: tuple[MeshMember, ...]
    at: Source
    workloads: tuple[Workload, ...] = ()
