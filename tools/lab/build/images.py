"""The images of the lab's pods: the programs built here under the names of the stock manifests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.lab.build import debian, fingerprint, oci
from tools.lab.build.components import COREDNS, FLANNEL, METALLB, PODS
from tools.lab.build.errors import BuildFailed
from tools.lab.build.toolchain import architecture
from tools.lab.build.watch import Say
from tools.lab.paths import cache

PAUSE = f"lab.local/pause:{PODS}"
TOOLS = f"lab.local/tools:{PODS}"
BACKEND = f"lab.local/backend:{PODS}"

_APPLETS = (
    "cat cp date echo env grep head hostname httpd ip kill ls mkdir nc nslookup ping ps sh sleep "
    "tail wget"
)
_XTABLES = "/usr/sbin/xtables-nft-multi"
PYTHON = "/usr/bin/python3"
_NO_LIBRARY = frozenset(
    {"test", "tests", "idlelib", "lib2to3", "ensurepip", "tkinter", "turtledemo"}
)
_TABLES = ("iptables", "iptables-save", "iptables-restore")


@dataclass(frozen=True, slots=True)
class Image:
    """One image: its reference, what it runs, and what is in it.

    `programs` maps a program of ours to its path in the image; `shell` adds busybox,
    `netfilter` iptables of this machine with its libraries, `python` this machine's own Python 3
    with its standard library.
    """

    reference: str
    entrypoint: str
    programs: Mapping[str, str]
    shell: bool = False
    netfilter: bool = False
    python: bool = False


IMAGES = (
    Image(PAUSE, "/pause", {"pause": "/pause"}),
    Image(TOOLS, "/bin/sh", {}, shell=True, python=True),
    Image(BACKEND, "/backend", {"backend": "/backend"}),
    Image(f"quay.io/metallb/controller:v{METALLB}", "/controller", {"controller": "/controller"}),
    Image(f"quay.io/metallb/speaker:v{METALLB}", "/speaker", {"speaker": "/speaker"}),
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
)


def name(binaries: str) -> str:
    """The fingerprint of all archives, from that of the programs and the system's own files."""
    system = [fingerprint.stamp(Path(path)) for path in (_XTABLES, PYTHON)]
    busybox = debian.find("busybox")
    shell = fingerprint.stamp(busybox) if busybox else "busybox absent"
    source = (Path(__file__), Path(oci.__file__))
    return fingerprint.of(binaries, architecture(), shell, *system, *source)


def folder(binaries: str) -> Path:
    """Where the archives for these programs are, or will be."""
    return cache() / "images" / name(binaries)


def build(binaries: str, programs: Path, plugins: Path, say: Say) -> Path:
    """The folder with one archive an image, written if it is not there yet."""
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
            tree=_tree(image, programs, plugins),
            architecture=architecture(),
        )
    part.rename(done)
    return done


def _tree(image: Image, programs: Path, plugins: Path) -> oci.Tree:
    tree: dict[str, Path | str] = {}
    for program, path in image.programs.items():
        tree[path] = next(p for p in (programs / program, plugins / program) if p.exists())
    if image.shell:
        tree |= _shell()
    if image.netfilter:
        tree |= _netfilter()
    if image.python:
        tree |= _python()
    return tree


def _shell() -> dict[str, Path | str]:
    busybox = debian.find("busybox")
    if busybox is None:
        raise BuildFailed('"busybox" is missing', fix="as root: apt-get install busybox-static")
    links = {f"/bin/{applet}": "/bin/busybox" for applet in _APPLETS.split()}
    return {"/bin/busybox": busybox.resolve(), **_libraries(busybox), **links}


def _netfilter() -> dict[str, Path | str]:
    wanted = [Path(_XTABLES), *sorted(Path("/usr/lib").glob("*/xtables/*.so"))]
    files: dict[str, Path | str] = {str(path): path.resolve() for path in wanted}
    for table in _TABLES:
        files[f"/usr/sbin/{table}"] = files[f"/usr/sbin/{table.replace('ip', 'ip6', 1)}"] = _XTABLES
    return files | _libraries(*wanted)


def _python() -> dict[str, Path | str]:
    program = Path(PYTHON)
    asked = (program, "-I", "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))")
    library = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    parts = sorted(library.glob("lib-dynload/*.so"))
    parts += [
        path
        for path in sorted(library.rglob("*.py"))
        if not _NO_LIBRARY & set(path.relative_to(library).parts)
    ]
    files: dict[str, Path | str] = {str(path): path.resolve() for path in parts}
    loaded = [path for path in parts if path.suffix == ".so"]
    return files | {PYTHON: program.resolve()} | _libraries(program, *loaded)


def _libraries(*programs: Path) -> dict[str, Path]:
    """The shared libraries of some programs, by the path under which the loader looks for them."""
    listed = subprocess.run(
        ("ldd", *programs), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    ).stdout
    # "libc.so.6 => /lib/.../libc.so.6 (0x..)", "/lib64/ld-linux-x86-64.so.2 (0x..)"; a static
    # program has "not a dynamic executable", and with several programs "PROGRAM:" goes before.
    found = (word for line in listed.splitlines() if "(0x" in line for word in line.split())
    return {path: Path(path).resolve() for path in found if path.startswith("/")}
