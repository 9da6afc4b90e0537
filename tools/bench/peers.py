"""The programs that trueline is measured beside, and the Debian packages that bring them."""

from __future__ import annotations

from tools.bench.values import NotRun
from tools.lab.build.debian import Need, find, install, missing
from tools.lab.build.errors import BuildFailed

PEERS = (
    Need("arp-scan", "arp-scan", "sweeps a segment"),
    Need("nmap", "nmap", "sweeps a segment"),
    Need("arping", "arping", "asks for one address"),
    Need("dnsperf", "dnsperf", "asks a DNS server as fast as it answers"),
    Need("dig", "bind9-dnsutils", "asks a DNS server"),
    Need("curl", "curl", "asks web servers"),
    Need("haproxy", "haproxy", "answers TLS in the benchmark of reachability"),
    Need("gcc", "gcc", "compiles the floor of the overlap benchmark"),
    Need("/usr/include/stdlib.h", "libc6-dev", "links it"),
)


def prepare() -> str:
    """Install the peers that are not there; why that was not possible, or nothing.

    A row whose peer is missing says so by itself; the others run.
    """
    if not missing(PEERS):
        return ""
    try:
        install(print, PEERS)
    except BuildFailed as error:
        return str(error)
    return ""


def program(name: str) -> str:
    """Where a peer is. Raises NotRun."""
    found = find(name)
    if found is None:
        package = next(need.package for need in PEERS if need.command == name)
        raise NotRun(f"{name} is not here (Debian package {package})")
    return str(found)
