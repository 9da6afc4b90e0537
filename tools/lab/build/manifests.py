"""The manifests of the lab: the stock ones from the Go modules with our edits, and CoreDNS.

Nothing upstream is copied into this repository: Flannel's and MetalLB's files come from the
module cache, where the programs come from too, so the versions always agree. Every edit says how
often it must apply; upstream text that changed stops the build instead of passing unedited.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools.lab.build import argocd, definitions, external_secrets, fingerprint, istio
from tools.lab.build.components import COMPONENTS, COREDNS
from tools.lab.build.errors import BuildFailed
from tools.lab.build.images import IMAGES
from tools.lab.build.toolchain import Go, environment
from tools.lab.paths import cache

_COREDNS = Path(__file__).parent.parent / "manifests" / "coredns.yaml"


@dataclass(frozen=True, slots=True)
class MetalLb:
    """A release line of MetalLB: its manifest, and the Secret and the Service of its webhooks."""

    manifest: str
    certificate: str
    service: str


METALLB_LINES = {
    "0.13": MetalLb("metallb", "webhook-server-cert", "webhook-service"),
    "0.15": MetalLb("metallb-0.15", "metallb-webhook-cert", "metallb-webhook-service"),
}
_METALLB = ("go.universe.tf/metallb", "config/manifests/metallb-native.yaml")
_STOCK = {
    "flannel": ("github.com/flannel-io/flannel", "Documentation/kube-flannel.yml"),
    **{line.manifest: _METALLB for line in METALLB_LINES.values()},
    "argocd": ("github.com/argoproj/argo-cd/v3", "manifests/install.yaml"),
    "external-secrets": (external_secrets.MODULE, external_secrets.CRDS),
}


def flannel(stock: str) -> str:
    """Flannel's DaemonSet with the placeholder @PODS@ for the pod range of the cluster."""
    return _edit(stock, '"Network": "10.244.0.0/16"', '"Network": "@PODS@"', times=1)


def metallb(stock: str, certificate: str) -> str:
    """MetalLB with its webhooks, with other probes and without the empty certificate Secret.

    The stock probes of readiness begin after 10 s and repeat every 10 s, most of the time a lab
    takes to answer. Those of liveness end a container that thrice took more than a second: where
    two cores serve all nodes, a speaker is then ended for being starved, and its addresses move
    under whoever talks to them; so they wait longer. The Secret is left to the lab: filled
    beforehand, the controller need not write it and wait for the kubelet to hand it back
    (30-60 s).
    """
    ready = _probe("readiness", after=10, every=10)
    alive = _probe("liveness", after=10, every=10)
    edited = _edit(stock, ready, _probe("readiness", after=1, every=2), times=2)
    edited = _edit(edited, alive + _patience(1), alive + _patience(10), times=2)
    secret = (
        "---\napiVersion: v1\nkind: Secret\nmetadata:\n"
        f"  name: {certificate}\n  namespace: metallb-system\n"
    )
    return _edit(edited, secret, "", times=1)


def _probe(kind: str, *, after: int, every: int) -> str:
    """How MetalLB's manifest spells a probe, up to its period."""
    return (
        f"{kind}Probe:\n"
        "          failureThreshold: 3\n"
        "          httpGet:\n"
        "            path: /metrics\n"
        "            port: monitoring\n"
        f"          initialDelaySeconds: {after}\n"
        f"          periodSeconds: {every}\n"
    )


def _patience(seconds: int) -> str:
    """How it goes on: for how long a probe waits."""
    return f"          successThreshold: 1\n          timeoutSeconds: {seconds}\n"


def coredns(
    template: str,
    *,
    dns: str,
    forwards: Mapping[str, str],
    files: Mapping[str, str],
    replicas: int,
) -> str:
    """CoreDNS with its cluster address, the zones that it forwards, and those it answers for.

    `template` is the built coredns.yaml. `forwards` maps a zone ("control.local") to the address of
    its authority, `files` a zone to its file. A name outside the cluster and them is REFUSED.
    """
    servers = {zone: _FORWARD.format(zone=zone, to=address) for zone, address in forwards.items()}
    servers |= {zone: _FILE.format(zone=zone) for zone in files}
    data = "".join(
        f"  {zone}.zone: |\n" + "".join(f"    {line}\n" for line in files[zone].splitlines())
        for zone in sorted(files)
    )
    blocks = "".join(servers[zone] for zone in sorted(servers))
    filled = _edit(template, "    # @SERVERS@\n", blocks, times=1)
    filled = _edit(filled, "  # @ZONES@\n", data, times=1)
    filled = _edit(filled, "@REPLICAS@", str(replicas), times=1)
    return _edit(filled, "@DNS@", dns, times=1)


_FILE = """\
    {zone}:53 {{
        errors
        file /etc/coredns/{zone}.zone
    }}
"""
# Nothing is cached: who asks sees the authority as it is. Two tries of one and a half seconds each,
# so that a silent authority is SERVFAIL before clients give up, and a busy one is not.
_FORWARD = """\
    {zone}:53 {{
        errors
        forward . {to} {{
            read_timeout 1500ms
            max_connect_attempts 2
        }}
    }}
"""


def name(go: Go) -> str:
    """The fingerprint of the manifests: the pinned modules and the edits."""
    stock = {*_STOCK, "istio"}
    pinned = [part.module / "go.mod" for part in COMPONENTS if part.name in stock]
    edit = (argocd.__file__, definitions.__file__, external_secrets.__file__, istio.__file__)
    editors = map(Path, edit)
    return fingerprint.of(go.version, *pinned, Path(__file__), *editors, _COREDNS)


def folder(go: Go) -> Path:
    """Where flannel.yaml, metallb.yaml and coredns.yaml are, or will be."""
    return cache() / "manifests" / name(go)


def build(go: Go) -> Path:
    """The folder with the edited manifests, written if it is not there yet."""
    done = folder(go)
    if done.exists():
        return done
    part = done.with_name(f".{done.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    edits: dict[str, Callable[[str], str]] = {
        "flannel": flannel,
        **{
            line.manifest: partial(metallb, certificate=line.certificate)
            for line in METALLB_LINES.values()
        },
        "argocd": argocd.argocd,
        "external-secrets": external_secrets.crds,
    }
    for name, edit in edits.items():
        (part / f"{name}.yaml").write_text(known(name, edit(_stock(name, go))))
    for file, text in istio.files(lambda path: _read("istio", istio.MODULE, path, go)).items():
        (part / file).write_text(text)
    (part / "coredns.yaml").write_text(
        known("coredns", _COREDNS.read_text().replace("@COREDNS@", COREDNS))
    )
    part.rename(done)
    return done


def _stock(name: str, go: Go) -> str:
    return _read(name, *_STOCK[name], go)


def _read(name: str, module: str, file: str, go: Go) -> str:
    """A file of a module that a component is made of."""
    component = next(part for part in COMPONENTS if part.name == name)
    asked = subprocess.run(
        (go.program, "list", "-m", "-f", "{{.Dir}}", module),
        cwd=component.module,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    where = asked.stdout.strip()
    if not where:
        raise BuildFailed(f"{module} is not in the module cache: {asked.stderr.strip()}")
    return (Path(where) / file).read_text()


def known(name: str, text: str) -> str:
    """`text`, once every image that it names is one that the lab builds."""
    known = {image.reference for image in IMAGES}
    named = {
        line.split("image:")[1].strip() for line in text.splitlines() if " image:" in f" {line}"
    }
    if strange := sorted(named - known):
        raise BuildFailed(
            f"{name}.yaml names images that the lab does not build: {', '.join(strange)}"
        )
    return text


def _edit(text: str, old: str, new: str, *, times: int) -> str:
    found = text.count(old)
    if found != times:
        raise BuildFailed(f"manifest edit: expected {old!r} {times} times, found {found}")
    return text.replace(old, new)
