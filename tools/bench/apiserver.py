"""A real API server with its store, as the lab builds them, in a network of its own."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.bench.network import Apart, needs_root
from tools.bench.values import NotRun
from tools.lab import pki
from tools.lab.build.errors import NotBuilt
from tools.lab.build.inventory import artifacts

CONTEXT = "app"
_HOME = "127.0.0.1"  # of the namespace
_PORT = 6443
_STORE = f"http://{_HOME}:2379"
_PEER = f"http://{_HOME}:2380"


@dataclass(frozen=True, slots=True)
class ApiServer:
    """An empty cluster that is nothing but its API: `at` are the words that lead to where it is."""

    at: tuple[str, ...]
    kubeconfig: Path


@contextmanager
def api_server() -> Iterator[ApiServer]:
    """An API server that may not be ready yet. Raises NotRun where the lab is not built."""
    needs_root()
    try:
        programs = artifacts().bin
    except NotBuilt as error:
        raise NotRun(" ".join(str(error).split())) from error
    with tempfile.TemporaryDirectory() as scratch, Apart("machine api") as net:
        home = Path(scratch)
        pki.mint(
            home, cluster=CONTEXT, context=CONTEXT, server=f"https://{_HOME}:{_PORT}",
            api_names=("localhost",), api_addresses=(_HOME,), nodes={},
        )  # fmt: skip
        at = net.at("api")
        # Both end with the network.
        with _started(at, _store(programs, home)), _started(at, _server(programs, home)):
            yield ApiServer(at, home / "admin.kubeconfig")


@contextmanager
def _started(at: Sequence[str], words: Sequence[str]) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen([*at, *words], stdin=quiet, stdout=quiet, stderr=quiet) as program:
        try:
            yield
        finally:
            program.kill()


def _store(programs: Path, home: Path) -> list[str]:
    return [
        f"{programs}/etcd",
        f"--data-dir={home}/etcd",
        f"--listen-client-urls={_STORE}",
        f"--advertise-client-urls={_STORE}",
        f"--listen-peer-urls={_PEER}",
        f"--initial-advertise-peer-urls={_PEER}",
        f"--initial-cluster=default={_PEER}",
        "--unsafe-no-fsync",
    ]


def _server(programs: Path, home: Path) -> list[str]:
    return [
        f"{programs}/kube-apiserver",
        f"--etcd-servers={_STORE}",
        f"--bind-address={_HOME}",
        f"--advertise-address={_HOME}",
        "--endpoint-reconciler-type=none",  # an address of loopback is no endpoint
        f"--secure-port={_PORT}",
        f"--tls-cert-file={home}/apiserver.crt",
        f"--tls-private-key-file={home}/apiserver.key",
        f"--client-ca-file={home}/ca.crt",
        f"--service-account-key-file={home}/sa.pub",
        f"--service-account-signing-key-file={home}/sa.key",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-cluster-ip-range=10.96.0.0/12",
        "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount",  # nobody makes such accounts here
    ]
