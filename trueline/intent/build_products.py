"""From the validated forms to the products, routes and workloads of the topology."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trueline.intent import schema_products as schema
from trueline.intent.tree import Path
from trueline.model.mesh import Workload
from trueline.model.product import (
    Deploy,
    Ingress,
    Login,
    ProbePods,
    Product,
    Route,
    Sender,
    Trust,
)
from trueline.model.source import Source

At = Callable[[Path], Source]


def products(forms: Mapping[str, schema.ProductForm], at: At) -> tuple[Product, ...]:
    """The products, in the order of the file."""
    return tuple(_product(name, form, at) for name, form in forms.items())


def _product(name: str, form: schema.ProductForm, at: At) -> Product:
    path: Path = ("products", name)
    return Product(
        name=name,
        kind=form.kind,
        target=form.at,
        stand_in=form.stand_in,
        anonymous=form.anonymous,
        tenant=form.tenant,
        senders=tuple(
            Sender(
                cluster=cluster,
                namespace=part.namespace,
                labels=dict(part.labels),
                at=at((*path, "senders", cluster)),
            )
            for cluster, part in form.senders.items()
        ),
        logins=tuple(
            Login(cluster=cluster, at=at((*path, "logins", cluster)), **part.model_dump())
            for cluster, part in form.logins.items()
        ),
        synced=_deploys(form.synced, (*path, "synced"), at),
        deploys=_deploys(form.deploys, (*path, "deploys"), at),
        data_sources=dict(form.data_sources),
        at=at(path),
    )


def _deploys(forms: Mapping[str, list[str]], path: Path, at: At) -> tuple[Deploy, ...]:
    return tuple(
        Deploy(cluster=cluster, name=name, at=at((*path, cluster)))
        for cluster, names in forms.items()
        for name in names
    )


def ingress(form: schema.IngressForm, at: At) -> Ingress:
    """The routes of the gateways, and what may bypass them."""
    direct = form.direct
    return Ingress(
        routes=tuple(
            Route(
                host=host,
                gateway=part.at,
                service=part.service,
                tls=part.tls,
                plain=part.plain,
                redirect=part.redirect,
                answers=part.answers,
                at=at(("ingress", "routes", host)),
            )
            for host, part in form.routes.items()
        ),
        direct=None if direct is None else tuple(end.partition(":")[2] for end in direct),
    )


def workloads(forms: Mapping[str, schema.WorkloadForm], at: At) -> tuple[Workload, ...]:
    """The workloads of the mesh."""
    return tuple(
        Workload(
            name=name,
            cluster=part.cluster,
            service=part.service,
            port=part.port,
            service_account=part.service_account,
            strict=part.strict,
            callers=tuple(part.callers),
            answers=part.answers,
            at=at(("mesh", "workloads", name)),
        )
        for name, part in forms.items()
    )


def trust(forms: Mapping[str, str], at: At) -> tuple[Trust, ...]:
    """The bundles of CA certificates."""
    return tuple(
        Trust(name=name, file=file, at=at(("trust", name))) for name, file in forms.items()
    )


def probes(form: schema.ProbesForm) -> ProbePods:
    """The pods that a run starts."""
    return ProbePods(image=form.image, namespace=form.namespace, labels=dict(form.labels))
