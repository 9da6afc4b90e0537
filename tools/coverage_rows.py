"""Every row of the reference network's tables and flows, and the requirements that prove it.

The reference is the plan in topology.yaml; its names are used below. A proof is a requirement and a
text that the subject of a proving claim contains; an empty text fits every subject.
"""

from __future__ import annotations

from dataclasses import dataclass

Proof = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: the table it stands in, what it promises, and what proves it.

    `but` says what is not proven, where a stand-in is in the place of the real thing.
    """

    table: str
    text: str
    proofs: tuple[Proof, ...]
    but: str = ""


def _cluster(name: str, nodes: str) -> list[Row]:
    table = f"Address allocation, {name}"
    pool = f"{name}/{name}-cluster-pool"
    return [
        Row(
            table=table, text=nodes, proofs=(("CLU-010", name), ("CLU-012", name), ("L2-001", name))
        ),
        Row(
            table=table,
            text="pod network",
            proofs=(
                *(("CLU-020", name), ("CLU-021", name)),
                *(("CLU-060", name), ("CLU-061", name)),
            ),
        ),
        Row(table=table, text="Service network", proofs=(("CLU-030", name), ("CLU-032", name))),
        Row(
            table=table,
            text="load-balancer pool, and nothing outside it",
            proofs=(("LB-004", pool), ("LB-005", name), ("LB-007", pool)),
        ),
        Row(table=table, text="free addresses of the pool", proofs=(("L2-006", f"{name}/"),)),
    ]


def _reserved(name: str, owner: str, *more: Proof, but: str = "") -> Row:
    cluster = name.partition("/")[0]
    held = (("LB-012", name), ("LB-013", name), ("L2-004", name), ("REACH-003", f"to {name}"))
    return Row(
        table=f"Service addresses, {cluster}",
        text=f"{name}, held by {owner}",
        proofs=(*held, *more),
        but=but,
    )


def _name(name: str) -> Row:
    proofs = (("DNS-010", name), ("DNS-020", name), ("DNS-021", name))
    return Row(table="DNS names", text=name, proofs=proofs)


ROWS: tuple[Row, ...] = (
    *_cluster("control", "nodes of Control"),
    Row(
        table="Address allocation, control",
        text="Redis VM",
        proofs=(("L2-003", "redis"), ("VM-001", "redis"), ("VM-002", "redis")),
    ),
    Row(
        table="Address allocation, control",
        text="MySQL VM",
        proofs=(("L2-003", "mysql"), ("VM-001", "mysql"), ("VM-002", "mysql")),
    ),
    *_cluster("app", "nodes of App"),
    _reserved("control/argocd", "Argo CD", ("REACH-001", "a browser opens Argo CD")),
    _reserved("control/prometheus", "Prometheus", ("REACH-001", "a browser opens Prometheus")),
    _reserved(
        "control/grafana",
        "Grafana",
        ("REACH-001", "a browser opens Grafana"),
        but="Grafana is a labelled stand-in: its address is proven, the product is not",
    ),
    _reserved("control/vault", "Vault", ("REACH-001", "secrets are read")),
    _reserved("control/loki", "Loki", ("REACH-001", "logs are pushed")),
    _reserved("control/tempo", "Tempo", ("REACH-001", "traces are pushed")),
    _reserved("control/istio-ingress", "the ingress gateway", ("ING-001", "status.control.local")),
    _reserved("control/istio-eastwest", "the east-west gateway", ("MTLS-007", "of control")),
    _reserved("app/istio-ingress", "the ingress gateway", ("ING-001", "store.app.local")),
    _reserved("app/app1", "sample application 1", ("REACH-001", "a browser opens app1")),
    _reserved("app/app2", "sample application 2", ("REACH-001", "a browser opens app2")),
    _reserved("app/istio-eastwest", "the east-west gateway", ("MTLS-007", "of app")),
    Row(
        table="Separation",
        text="pod networks are disjoint, and no route joins them",
        proofs=(("CLU-023", ""), ("ISO-001", ""), ("REACH-002", "pods of Control")),
    ),
    Row(
        table="Separation",
        text="Service networks are disjoint, and end with their cluster",
        proofs=(("CLU-031", ""), ("ISO-002", "")),
    ),
    Row(
        table="Separation",
        text="load-balancer pools are disjoint, and no address has two holders",
        proofs=(("LB-008", ""), ("LB-021", ""), ("L2-004", "")),
    ),
    Row(
        table="Service discovery",
        text="metrics of App arrive in Prometheus of Control",
        proofs=(("REACH-010", "prometheus"), ("REACH-011", "prometheus")),
    ),
    Row(
        table="Service discovery",
        text="logs of App arrive in Loki of Control",
        proofs=(("REACH-012", "loki"), ("REACH-013", "loki")),
        but="the shipper is promtail, a named substitute for Fluent Bit",
    ),
    Row(
        table="Service discovery",
        text="traces of App arrive in Tempo of Control",
        proofs=(("REACH-015", "tempo"),),
    ),
    Row(
        table="Service discovery",
        text="Argo CD deploys to App",
        proofs=(("REACH-030", "argocd"), ("REACH-031", "")),
    ),
    Row(
        table="Service discovery",
        text="External Secrets reads Vault",
        proofs=(("REACH-020", ""), ("REACH-022", "external-secrets/canary")),
    ),
    Row(
        table="Service discovery",
        text="the mesh spans both clusters",
        proofs=(
            ("MTLS-008", "mesh-control to app/app1"),
            ("MTLS-008", "mesh-app to control/hello"),
        ),
    ),
    *(
        _name(f"{name}.local")
        for name in (
            "argocd.control",
            "prometheus.control",
            "grafana.control",
            "vault.control",
            "app1.app",
            "app2.app",
        )
    ),
    Row(
        table="MetalLB",
        text="MetalLB runs in the planned version, in both clusters",
        proofs=(("LB-001", "control"), ("LB-001", "app"), ("LB-002", ""), ("LB-003", "")),
    ),
    Row(
        table="MetalLB",
        text="both pools are configured as planned",
        proofs=(("LB-004", "control"), ("LB-004", "app"), ("LB-006", "")),
    ),
    Row(
        table="Network security",
        text="traffic between namespaces is controlled",
        proofs=(("POL-001", ""), ("POL-002", ""), ("POL-003", "")),
    ),
    Row(
        table="Network security",
        text="only necessary traffic is allowed by default",
        proofs=(("POL-004", ""), ("ISO-003", "")),
    ),
    Row(
        table="Network security",
        text="mTLS encrypts what crosses the clusters",
        proofs=(("MTLS-001", "east-west gateway"), ("MTLS-007", "plaintext"), ("MTLS-009", "")),
    ),
    Row(
        table="Network security",
        text="services authenticate and authorise one another",
        proofs=(("MTLS-002", ""), ("MTLS-003", ""), ("MTLS-005", ""), ("MTLS-006", "")),
    ),
    Row(
        table="Network security",
        text="the ingress gateways control external traffic",
        proofs=(("ING-001", ""), ("ING-004", ""), ("ING-005", "")),
    ),
    Row(
        table="Network security",
        text="TLS ends at the gateways, with certificates that hold",
        proofs=(("ING-002", ""), ("ING-003", "")),
    ),
    Row(
        table="Flows",
        text="1: the metrics agent of App writes to Prometheus",
        proofs=(("REACH-001", "metrics are pushed"), ("REACH-010", ""), ("REACH-011", "")),
    ),
    Row(
        table="Flows",
        text="2: the log shipper of App writes to Loki under its tenant",
        proofs=(("REACH-001", "logs are pushed"), ("REACH-013", ""), ("REACH-014", "")),
        but="the shipper is promtail, a named substitute for Fluent Bit",
    ),
    Row(
        table="Flows",
        text="3: the collector of App sends spans to Tempo, by gRPC and by HTTP",
        proofs=(
            ("REACH-001", "traces are pushed by gRPC"),
            ("REACH-001", "traces are pushed by HTTP"),
            ("REACH-015", ""),
        ),
    ),
    Row(
        table="Flows",
        text="4: Argo CD reaches the API of App",
        proofs=(("REACH-001", "Argo CD deploys to App"), ("REACH-031", "")),
    ),
    Row(
        table="Flows",
        text="5: Vault reviews tokens at the API of App",
        proofs=(("REACH-001", "Vault reviews tokens of App"), ("REACH-020", ""), ("REACH-021", "")),
    ),
    Row(
        table="Flows",
        text="6: External Secrets of App reads Vault",
        proofs=(("REACH-001", "secrets are read"), ("REACH-022", "")),
    ),
    Row(
        table="Flows",
        text="7: each istiod watches the API of the other cluster",
        proofs=(
            ("REACH-001", "istiod of Control watches App"),
            ("REACH-001", "istiod of App watches Control"),
            ("MTLS-010", "control"),
            ("MTLS-010", "app"),
        ),
    ),
    Row(
        table="Flows",
        text="8: mesh pods call each other across the east-west gateways",
        proofs=(
            ("REACH-001", "mesh traffic enters App"),
            ("REACH-001", "mesh traffic enters Control"),
            ("MTLS-008", "mesh-control to app/app1"),
            ("MTLS-008", "mesh-app to control/hello"),
        ),
    ),
    Row(
        table="Flows",
        text="9: a browser on the segment opens the addresses",
        proofs=(("REACH-001", "a browser opens"),),
    ),
    Row(
        table="Flows",
        text="10: Argo CD uses Redis, Grafana uses MySQL",
        proofs=(("VM-001", "redis port 6379"), ("VM-001", "mysql port 3306")),
        but="Grafana's side is a labelled stand-in that logs in to MySQL",
    ),
    Row(
        table="Flows",
        text="N1: pods of one cluster do not reach pods of the other",
        proofs=(("REACH-002", "do not reach pods"), ("ISO-001", "")),
    ),
    Row(
        table="Flows",
        text="N2: a strict workload refuses plaintext",
        proofs=(("REACH-002", "plaintext is refused"), ("MTLS-005", "")),
    ),
    Row(
        table="Flows",
        text="N3: a pod that no policy allows is refused",
        proofs=(("REACH-002", "a pod that no policy allows"), ("POL-002", "")),
    ),
    Row(table="Flows", text="N4: free addresses are silent", proofs=(("L2-006", ""),)),
)
