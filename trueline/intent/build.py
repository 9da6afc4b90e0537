"""From the validated forms to the topology, each part with the line it was written on."""

from __future__ import annotations

from trueline.intent import build_drills, build_products, schema
from trueline.intent.forms import Addressed
from trueline.intent.tree import Path, Tree
from trueline.model import topology as model
from trueline.model.address import Address
from trueline.model.mesh import Mesh, MeshMember


def build(form: schema.TopologyForm, tree: Tree) -> model.Topology:
    """The topology that the form describes."""
    return _Builder(tree).topology(form)


def _addresses(form: Addressed) -> tuple[Address, ...]:
    return (form.address,) if form.address is not None else tuple(form.addresses)


class _Builder:
    """Builds every part; `path` leads to the part in the file."""

    def __init__(self, tree: Tree) -> None:
        self._at = tree.source

    def topology(self, form: schema.TopologyForm) -> model.Topology:
        return model.Topology(
            name=form.name,
            runs_in=form.runs_in,
            segments=tuple(
                model.Segment(
                    name=name,
                    cidr=part.cidr,
                    gateway=part.gateway,
                    dhcp=tuple(part.dhcp),
                    at=self._at(("segments", name)),
                )
                for name, part in form.segments.items()
            ),
            clusters=tuple(self._cluster(name, part) for name, part in form.clusters.items()),
            vms=tuple(
                model.Vm(
                    name=name,
                    segment=part.segment,
                    address=part.address,
                    ports=tuple(part.ports),
                    at=self._at(("vms", name)),
                )
                for name, part in form.vms.items()
            ),
            dns=self._dns(form.dns),
            flows=tuple(self._flow(("flows", i), part) for i, part in enumerate(form.flows)),
            mesh=self._mesh(form.mesh) if form.mesh else None,
            policies=tuple(
                model.Policy(
                    cluster=cluster,
                    namespace=namespace,
                    allow_from=tuple(part.allow_from),
                    ports=tuple(part.ports),
                    at=self._at(("policies", cluster, namespace)),
                )
                for cluster, namespaces in form.policies.items()
                for namespace, part in namespaces.items()
            ),
            vantages=tuple(
                model.Vantage(
                    name=name,
                    kind=part.kind,
                    cluster=part.cluster,
                    segment=part.segment,
                    pod=part.pod,
                    namespace=part.namespace,
                    service_account=part.service_account,
                    node=part.node,
                    host=part.host,
                    in_mesh=part.in_mesh,
                    at=self._at(("vantages", name)),
                )
                for name, part in form.vantages.items()
            ),
            budgets=model.Budgets(**form.budgets.model_dump()),
            exemptions=tuple(
                model.Exemption(
                    **part.model_dump(),
                    at=self._at(("exceptions", index)),
                )
                for index, part in enumerate(form.exceptions)
            ),
            products=build_products.products(form.products, self._at),
            ingress=build_products.ingress(form.ingress, self._at),
            trust=build_products.trust(form.trust, self._at),
            probes=build_products.probes(form.probes),
            drills=build_drills.drills(form.drills, self._at),
            at=self._at(("name",)),
        )

    def _cluster(self, name: str, form: schema.ClusterForm) -> model.Cluster:
        path: Path = ("clusters", name)
        prefixes = {4: form.node_prefix.ipv4, 6: form.node_prefix.ipv6}
        balancer = form.load_balancer
        return model.Cluster(
            name=name,
            context=form.context,
            kubeconfig=form.kubeconfig,
            api=form.api,
            identity=model.Identity(
                ca_sha256=form.identity.ca_sha256, kube_system_uid=form.identity.kube_system_uid
            ),
            versions=dict(form.versions),
            cni=model.Cni(
                kind=form.cni.kind,
                backend=form.cni.backend,
                policy_enforced=form.cni.policy_enforced,
                at=self._at((*path, "cni")),
            ),
            segment=form.segment,
            pods=tuple(form.pods),
            node_prefix={family: size for family, size in prefixes.items() if size is not None},
            services=tuple(form.services),
            dns_service=form.dns_service,
            nodes=tuple(
                model.Node(
                    cluster=name,
                    name=node,
                    role=part.role,
                    addresses=_addresses(part),
                    at=self._at((*path, "nodes", node)),
                )
                for node, part in form.nodes.items()
            ),
            load_balancer=self._balancer(name, form.segment, balancer) if balancer else None,
            at=self._at(path),
        )

    def _balancer(
        self, cluster: str, segment: str, form: schema.LoadBalancerForm
    ) -> model.LoadBalancer:
        path: Path = ("clusters", cluster, "load_balancer")
        return model.LoadBalancer(
            kind=form.kind,
            namespace=form.namespace,
            pools=tuple(
                model.Pool(
                    cluster=cluster,
                    name=name,
                    segment=part.segment or segment,
                    ranges=tuple(part.addresses),
                    auto_assign=part.auto_assign,
                    advertise=part.advertise,
                    at=self._at((*path, "pools", name)),
                )
                for name, part in form.pools.items()
            ),
            reservations=tuple(
                model.Reservation(
                    cluster=cluster,
                    name=name,
                    address=part.address,
                    owner=part.service,
                    ports=tuple(part.ports),
                    tls_names=tuple(part.tls_names),
                    tls_ca=part.tls_ca,
                    answers=part.answers,
                    at=self._at((*path, "reservations", name)),
                )
                for name, part in form.reservations.items()
            ),
            at=self._at(path),
            metrics_port=form.metrics_port,
        )

    def _dns(self, form: schema.DnsForm) -> model.Dns:
        return model.Dns(
            zones=tuple(
                model.Zone(
                    name=name,
                    authority=part.authority,
                    max_ttl=part.max_ttl,
                    at=self._at(("dns", "zones", name)),
                )
                for name, part in form.zones.items()
            ),
            names=tuple(
                model.Name(
                    name=name,
                    addresses=_addresses(part),
                    vantages=tuple(part.sources),
                    reverse=part.reverse,
                    at=self._at(("dns", "names", name)),
                )
                for name, part in form.names.items()
            ),
        )

    def _flow(self, path: Path, form: schema.FlowForm) -> model.Flow:
        return model.Flow(
            name=form.name,
            source=form.source,
            target=form.target,
            port=form.port,
            expected=form.expected == "works",
            at=self._at(path),
        )

    def _mesh(self, form: schema.MeshForm) -> Mesh:
        return Mesh(
            trust_domain=form.trust_domain,
            root_sha256=form.root_sha256,
            mode=form.mode,
            members=tuple(
                MeshMember(
                    cluster=cluster,
                    network=part.network,
                    ingress=part.ingress,
                    east_west=part.east_west,
                    at=self._at(("mesh", "members", cluster)),
                )
                for cluster, part in form.members.items()
            ),
            workloads=build_products.workloads(form.workloads, self._at),
            at=self._at(("mesh",)),
        )
