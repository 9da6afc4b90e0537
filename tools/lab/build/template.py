"""A containerd root with every image in it, made once; nodes take it over by hard link.

Importing into each node would cost seconds a node and a gigabyte of disk and page cache; linked,
it costs neither. The databases (*.db) have to be copied, since each node writes its own.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tools.lab.build import debian, fingerprint
from tools.lab.build.errors import BuildFailed
from tools.lab.build.images import IMAGES, PAUSE
from tools.lab.build.watch import Say
from tools.lab.paths import cache
from tools.lab.waiting import until

_NAMESPACE = "k8s.io"

# The kubelet's half of containerd runs here too: it gives every imported image the names and
# labels that it would otherwise have to add on each node.
_CONFIG = """\
version = 2
root = "{root}"
state = "{run}/state"
[grpc]
 address = "{run}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
 sandbox_image = "{pause}"
 disable_tcp_service = true
 [plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "{run}/cni/bin"
  conf_dir = "{run}/cni/net.d"
"""


def name(images: str) -> str:
    """The fingerprint of the template, from that of the archives and the containerd in use."""
    containerd = debian.find("containerd")
    used = fingerprint.stamp(containerd) if containerd else "containerd absent"
    return fingerprint.of(images, used, Path(__file__))


def folder(images: str) -> Path:
    """Where the template for these archives is, or will be."""
    return cache() / "template" / name(images)


def build(archives: Path, say: Say) -> Path:
    """The template, made from the archives if it is not there yet.

    Its own containerd on its own socket and in its own mount namespace does it, so a containerd
    of the machine is neither needed nor touched.
    """
    done = folder(archives.name)
    if done.exists():
        return done
    say(f"template: importing {len(IMAGES)} images")
    part = done.with_name(f".{done.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    log = cache() / "log" / "template.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    # A short path: the address of a Unix socket ends after 107 characters.
    with tempfile.TemporaryDirectory(prefix="trueline-") as run:
        config = Path(run) / "config.toml"
        config.write_text(_CONFIG.format(root=part, run=run, pause=PAUSE))
        with log.open("wb") as output:
            daemon = subprocess.Popen(
                ("unshare", "--mount", "--propagation", "private", "containerd", "-c", config),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                _fill(f"{run}/containerd.sock", archives, daemon, log)
            finally:
                # It has become containerd itself (unshare replaces itself), which closes its
                # databases on TERM.
                daemon.send_signal(signal.SIGTERM)
                daemon.wait()
    _forget_leftovers(part)
    part.rename(done)
    return done


def _fill(socket: str, archives: Path, daemon: subprocess.Popen[bytes], log: Path) -> None:
    def ctr(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ("ctr", "--address", socket, "--namespace", _NAMESPACE, *words),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def answers() -> bool:
        if daemon.poll() is not None:
            raise BuildFailed("containerd ended at once", log=log)
        return ctr("version").returncode == 0

    def managed() -> bool:
        labels = ctr("images", "list").stdout
        return labels.count("io.cri-containerd.image=managed") >= 2 * len(IMAGES)

    until("containerd of the image template", answers, within=60, log=log)
    for archive in sorted(archives.glob("*.tar")):
        imported = ctr("images", "import", str(archive))
        if imported.returncode != 0:
            raise BuildFailed(f"{archive} could not be imported:\n    {imported.stderr.strip()}")
    until("labels of the imported images", managed, within=60, log=log)


def _forget_leftovers(root: Path) -> None:
    """What belongs to the daemon that ran here, not to the images."""
    for leftover in ("io.containerd.runtime.v2.task", "io.containerd.runtime.v1.linux"):
        shutil.rmtree(root / leftover, ignore_errors=True)
    for ingest in (root / "io.containerd.content.v1.content" / "ingest").glob("*"):
        shutil.rmtree(ingest)
