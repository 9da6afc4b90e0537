"""The part of the schema for what stands behind the addresses: products, routes, workloads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trueline.intent.fields import (
    DnsName,
    End,
    Flag,
    Label,
    Name,
    Namespace,
    Object,
    Owner,
    Text,
    whole,
    word,
)
from trueline.intent.forms import Form

KINDS = ("prometheus", "loki", "tempo", "vault", "argocd", "grafana", "redis", "mysql")


class SenderForm(Form):
    """Who delivers into a product from a cluster."""

    namespace: Namespace = Field(description="The namespace that its pods run in.")
    labels: dict[Label, Text] = Field(
        default={},
        description="What its deliveries carry, for Prometheus the external labels.",
    )


class LoginForm(Form):
    """How workloads of a cluster log in to Vault."""

    namespace: Namespace = Field(description="The namespace of the workload.")
    service_account: Name = Field(description="Its service account.")
    mount: Text = Field(description="The path of the Kubernetes auth mount for this cluster.")
    role: Name = Field(description="The role of that mount.")
    reads: Text | None = Field(
        default=None, description="What it may read: a path of the API, as `secret/data/canary`."
    )


class ProductForm(Form):
    """What stands behind an address."""

    kind: Annotated[str, word(*KINDS)] = Field(description="Which product it is.")
    at: End = Field(description="Where: `reservation:CLUSTER/NAME` or `vm:NAME`.")
    stand_in: Flag = Field(
        default=False, description="Whether a labelled stand-in is meant, which proves nothing."
    )
    anonymous: Flag | None = Field(
        default=None,
        description="Whether whoever reaches it may read and write; default: not judged.",
    )
    tenant: Text | None = Field(
        default=None, description="The tenant (X-Scope-OrgID) of what is written and read."
    )
    senders: dict[Name, SenderForm] = Field(
        default={}, description="Who delivers into it, by cluster."
    )
    logins: dict[Name, LoginForm] = Field(
        default={}, description="Who logs in to Vault, by cluster."
    )
    synced: dict[Name, list[Object]] = Field(
        default={}, description="ExternalSecrets that it must keep in step, by cluster."
    )
    deploys: dict[Name, list[Object]] = Field(
        default={}, description="Argo CD Applications, by the cluster that they deploy to."
    )
    data_sources: dict[Label, Name] = Field(
        default={}, description="Grafana's data sources: name to product."
    )


class RouteForm(Form):
    """A host that a gateway routes."""

    at: End = Field(description="The gateway: `reservation:CLUSTER/NAME`.")
    service: Owner = Field(description="The Service that must answer.")
    plain: Annotated[int, whole(1, 65535)] | None = Field(
        default=80, description="The port of plain HTTP."
    )
    tls: Annotated[int, whole(1, 65535)] | None = Field(
        default=None, description="The port on which the gateway ends TLS, if it does."
    )
    redirect: Flag = Field(default=False, description="Whether plain HTTP is sent on to TLS.")
    answers: Text | None = Field(
        default=None, description="A text that the Service's answers contain, and nobody else's."
    )


class IngressForm(Form):
    """What enters through gateways, and what may bypass them."""

    routes: dict[DnsName, RouteForm] = Field(default={}, description="The hosts, by name.")
    direct: list[End] | None = Field(
        default=None,
        description="Reservations that may bypass the gateways; default: not judged.",
    )


class WorkloadForm(Form):
    """A workload in the mesh."""

    cluster: Name = Field(description="The cluster it runs in.")
    service: Owner = Field(description="Its Service.")
    port: Annotated[int, whole(1, 65535)] = Field(description="The port of that Service.")
    service_account: Name = Field(description="Its service account, which makes its identity.")
    strict: Flag = Field(default=True, description="Whether it refuses plaintext.")
    callers: list[Name] = Field(
        default=[], description="Vantage points in the mesh that must reach it."
    )
    answers: Text | None = Field(
        default=None, description="A text that its answers contain, and nobody else's."
    )


class ProbesForm(Form):
    """The pods that a run starts to probe from."""

    image: Text = Field(
        default="lab.local/tools:1", description="Their image; it needs Python 3 and nothing else."
    )
    namespace: Namespace = Field(
        default="trueline", description="Where they run, unless the vantage point says so itself."
    )
    labels: dict[Label, Text] = Field(default={}, description="Labels they carry besides our own.")
