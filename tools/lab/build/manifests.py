"""The manifests of the lab: the stock ones from the Go modules with our edits, and CoreDNS.

Nothing upstream is copied into this repository: Flannel's and MetalLB's files come from the
module cache, where the programs come from too, so the versions always agree. Every edit says how
often it must apply; upstream text that changed stops the build instead of passing unedited.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.lab.build import fingerprint
from tools.lab.build.components import COMPONENTS, COREDNS
from tools.lab.build.errors import BuildFailed
from tools.lab.build.images import IMAGES
from tools.lab.build.toolchain import Go, environment
from tools.lab.paths import cache

_COREDNS = Path(__file__).parent.parent / "manifests" / "coredns.yaml"
_STOCK = {
    "flannel": ("github.com/flannel-io/flannel", "Documentation/kube-flannel.yml"),
    "metallb": ("go.universe.tf/metallb", "config/manifests/metallb-native.yaml"),
}


def flannel(stock: str) -> str:
    """Flannel's DaemonSet with the placeholder @PODS@ for the pod range of the cluster."""
    return _edit(stock, '"Network": "10.244.0.0/16"', '"Network": "@PODS@"', times=1)


def metallb(stock: str) -> str:
    """MetalLB with its webhooks, with faster probes and without the empty certificate Secret.

    The stock probes begin after 10 s and repeat every 10 s, most of the time a lab takes to
    answer. The Secret is left to the lab: filled beforehand, the controller need not write it
    and wait for the kubelet to hand it back (30-60 s).
    """
    edited = _edit(stock, "initialDelaySeconds: 10\n", "initialDelaySeconds: 1\n", times=4)
    edited = _edit(edited, "periodSeconds: 10\n", "periodSeconds: 2\n", times=4)
    secret = (
        "---\napiVersion: v1\nkind: Secret\nmetadata:\n"
        "  name: webhook-server-cert\n  namespace: metallb-system\n"
    )
    return _edit(edited, secret, "", times=1)


def coredns(template: str, *, dns: str, zones: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """CoreDNS with its cluster address and the zones that it answers for.

    `template` is the built coredns.yaml; `zones` maps a zone ("control.local") to its names
    (whole, or "@" for the zone itself) and their addresses, IPv4 or IPv6. A name that is not
    listed is NXDOMAIN; a name outside the cluster and these zones is REFUSED. Raises ValueError
    for a name that is not in its zone.
    """
    servers = "".join(_SERVER.format(zone=zone) for zone in sorted(zones))
    files = "".join(
        f"  {zone}.zone: |\n" + "".join(f"    {line}\n" for line in _zone(zone, zones[zone], dns))
        for zone in sorted(zones)
    )
    filled = _edit(template, "    # @SERVERS@\n", servers, times=1)
    filled = _edit(filled, "  # @ZONES@\n", files, times=1)
    return _edit(filled, "@DNS@", dns, times=1)


_SERVER = """\
    {zone}:53 {{
        errors
        file /etc/coredns/{zone}.zone
    }}
"""


def _zone(zone: str, names: Mapping[str, Sequence[str]], dns: str) -> list[str]:
    lines = [
        f"$ORIGIN {zone}.",
        "$TTL 30",
        f"@ IN SOA ns.dns.{zone}. hostmaster.{zone}. 1 7200 3600 1209600 30",
        f"@ IN NS ns.dns.{zone}.",
        _record(f"ns.dns.{zone}.", dns),
    ]
    for name in sorted(names):
        if name not in ("@", zone) and not name.endswith(f".{zone}"):
            raise ValueError(f'"{name}" is not in the zone "{zone}"')
        owner = "@" if name in ("@", zone) else f"{name}."
        lines += [_record(owner, address) for address in names[name]]
    return lines


def _record(owner: str, address: str) -> str:
    return f"{owner} IN {'AAAA' if ':' in address else 'A'} {address}"


def name(go: Go) -> str:
    """The fingerprint of the manifests: the pinned modules and the edits."""
    pinned = [part.module / "go.mod" for part in COMPONENTS if part.name in _STOCK]
    return fingerprint.of(go.version, *pinned, Path(__file__), _COREDNS)


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
    edits = {"flannel": flannel, "metallb": metallb}
    for name, edit in edits.items():
        (part / f"{name}.yaml").write_text(known(name, edit(_stock(name, go))))
    (part / "coredns.yaml").write_text(
        known("coredns", _COREDNS.read_text().replace("@COREDNS@", COREDNS))
    )
    part.rename(done)
    return done


def _stock(name: str, go: Go) -> str:
    module, file = _STOCK[name]
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
