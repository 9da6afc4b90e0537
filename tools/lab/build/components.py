"""What is compiled for the lab: one row a Go module, in the order in which the lab needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

GOMODS = Path(__file__).parent.parent / "gomods"

KUBERNETES = "1.34.4"
KUBERNETES_BEFORE = "1.33.13"  # of the release line that a plan may name instead
ETCD = "3.6.8"
CNI = "1.9.1"
FLANNEL = "0.26.7"
FLANNEL_CNI = "0.9.1"
COREDNS = "1.14.7"
METALLB = "0.13.12"
METALLB_NEXT = "0.15.3"  # of the release line that a plan may name instead
ARGOCD = "3.1.16"
# Releases, as images are called by; their Go modules count otherwise.
PROMETHEUS_RELEASE = "3.5.0"
TEMPO_RELEASE = "2.8.0-rc.0"
# The last release line with promtail in it.
LOKI = "3.6.3"
OTELCOL = "0.165.0"
OPENBAO = "2.4.0"
# Newer ones are made of modules that nobody publishes.
EXTERNAL_SECRETS = "0.16.2"
ISTIO_RELEASE = "1.31-dev"
KUBE_ROUTER = "2.1.0"
PROMETHEUS = "0.305.0"
OPENBAO_MODULE = "0.0.0-20250828202315-f9407a27fbee"
ISTIO = "0.0.0-20260827124520-eed52ebb66ad"
TEMPO = "1.5.1-0.20250529124718-87c2dc380cec"
PODS = "1"

_VERSION = "k8s.io/component-base/version"


@dataclass(frozen=True, slots=True)
class Component:
    """One Go module of the lab and the programs it yields.

    `programs` maps the file name of a program to its package; `variables` are set at link time
    (`-X name=value`); `seconds` is what a cold build took on two cores. `place` says which of
    the artifact folders the programs end up in.
    """

    name: str
    version: str
    programs: Mapping[str, str]
    seconds: int
    variables: Mapping[str, str] = field(default_factory=dict)
    cgo: bool = False
    place: str = "bin"

    @property
    def module(self) -> Path:
        """The folder with its go.mod and checked-in go.sum."""
        return GOMODS / self.name

    @property
    def sources(self) -> tuple[Path, ...]:
        """Every file of ours that the programs are made from, sorted."""
        names = ("go.mod", "go.sum", "*.go")
        return tuple(sorted(path for name in names for path in self.module.rglob(name)))

    @property
    def ldflags(self) -> str:
        """The linker's flags: no symbol tables, the version, and no dynamic loader with C."""
        words = ["-s", "-w", *(f"-X {name}={value}" for name, value in self.variables.items())]
        return " ".join([*words, "-extldflags -static"] if self.cgo else words)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


_PLUGINS = "github.com/containernetworking/plugins/plugins"
_KUBE_ROUTER = "github.com/cloudnativelabs/kube-router/v2"
_ARGOCD = "github.com/argoproj/argo-cd/v3"
_LOKI = "github.com/grafana/loki/v3"


def _kubernetes(name: str, version: str, *programs: str, place: str = "bin") -> Component:
    major, minor = version.split(".")[:2]
    return Component(
        name,
        version,
        {program: f"k8s.io/kubernetes/cmd/{program}" for program in programs},
        seconds=370,
        # Without these every program reports v0.0.0, and the API server derives its
        # emulation version from that.
        variables={
            f"{_VERSION}.gitVersion": f"v{version}",
            f"{_VERSION}.gitMajor": major,
            f"{_VERSION}.gitMinor": minor,
        },
        place=place,
    )


_CLUSTER = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")

COMPONENTS = (
    Component("etcd", ETCD, {"etcd": "go.etcd.io/etcd/server/v3"}, seconds=22),
    _kubernetes("kubernetes", KUBERNETES, *_CLUSTER, "kubectl"),
    Component(
        "cni",
        CNI,
        {
            "bridge": f"{_PLUGINS}/main/bridge",
            "host-local": f"{_PLUGINS}/ipam/host-local",
            "loopback": f"{_PLUGINS}/main/loopback",
            "portmap": f"{_PLUGINS}/meta/portmap",
        },
        seconds=4,
        place="cni",
    ),
    # Flannel's plug-in has left this module after 0.9.1 for one of its own; that release still
    # speaks the subnet file of today's flanneld.
    Component(
        "flannel-cni",
        FLANNEL_CNI,
        {"flannel": f"{_PLUGINS}/meta/flannel"},
        seconds=2,
        place="cni",
    ),
    # The UDP back end is C, so flanneld needs a C compiler even though the lab uses VXLAN.
    Component(
        "flannel",
        FLANNEL,
        {"flanneld": "github.com/flannel-io/flannel"},
        seconds=76,
        variables={"github.com/flannel-io/flannel/pkg/version.Version": f"v{FLANNEL}"},
        cgo=True,
    ),
    Component(
        "backend",
        PODS,
        {name: f"./cmd/{name}" for name in ("backend", "grafana", "pause")},
        seconds=5,
    ),
    Component(
        "metallb",
        METALLB,
        {
            "controller": "go.universe.tf/metallb/controller",
            "speaker": "go.universe.tf/metallb/speaker",
        },
        seconds=63,
    ),
    Component(
        "metallb-0.15",
        METALLB_NEXT,
        {
            "controller": "go.universe.tf/metallb/controller",
            "speaker": "go.universe.tf/metallb/speaker",
        },
        seconds=90,
        place="bin/metallb-0.15",
    ),
    Component("coredns", COREDNS, {"coredns": "."}, seconds=67),
    # Only its NetworkPolicy part is used: Flannel enforces none.
    Component(
        "kube-router",
        KUBE_ROUTER,
        {"kube-router": f"{_KUBE_ROUTER}/cmd/kube-router"},
        seconds=102,
        variables={f"{_KUBE_ROUTER}/pkg/version.Version": f"v{KUBE_ROUTER}"},
    ),
    Component(
        "prometheus",
        PROMETHEUS,
        {"prometheus": "github.com/prometheus/prometheus/cmd/prometheus"},
        seconds=265,
        variables={"github.com/prometheus/common/version.Version": PROMETHEUS_RELEASE},
    ),
    Component(
        "openbao",
        OPENBAO_MODULE,
        {"bao": "github.com/openbao/openbao"},
        seconds=187,
        variables={"github.com/openbao/openbao/version.fullVersion": OPENBAO},
    ),
    Component(
        "istio",
        ISTIO,
        {
            "pilot-discovery": "istio.io/istio/pilot/cmd/pilot-discovery",
            "pilot-agent": "istio.io/istio/pilot/cmd/pilot-agent",
        },
        seconds=280,
        variables={"istio.io/istio/pkg/version.buildVersion": ISTIO_RELEASE},
    ),
    # One module, one build: promtail shares two thirds of its packages with Loki.
    Component(
        "loki",
        LOKI,
        {"loki": f"{_LOKI}/cmd/loki", "promtail": f"{_LOKI}/clients/cmd/promtail"},
        seconds=356,
        variables={f"{_LOKI}/pkg/util/build.Version": LOKI},
    ),
    Component(
        "tempo",
        TEMPO,
        {"tempo": "github.com/grafana/tempo/cmd/tempo"},
        seconds=182,
        variables={"main.Version": TEMPO_RELEASE},
    ),
    # One program that is server, repository server or controller by the name it is called by.
    Component(
        "argocd",
        ARGOCD,
        {"argocd": f"{_ARGOCD}/cmd"},
        seconds=348,
        variables={f"{_ARGOCD}/common.version": ARGOCD},
    ),
    # Composed here of the receivers and exporters that the lab uses, as the collector's own
    # builder does it.
    Component("otelcol", OTELCOL, {"otelcol": "."}, 60, {"main.version": OTELCOL}),
    Component(
        "external-secrets",
        EXTERNAL_SECRETS,
        {"external-secrets": "github.com/external-secrets/external-secrets"},
        seconds=230,
    ),
)

# What few plans name, and is built for them alone: `python -m tools.lab build --also NAME`.
OPTIONAL = (
    _kubernetes("kubernetes-1.33", KUBERNETES_BEFORE, *_CLUSTER, place="bin/kubernetes-1.33"),
)
