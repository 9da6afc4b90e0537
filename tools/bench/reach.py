"""Rows 7 and 8: HTTPS endpoints with certificates on both sides, a part of them black holes."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tools.bench import names
from tools.bench.acts.endpoints import NAME
from tools.bench.network import Apart, needs_root
from tools.bench.peers import program
from tools.bench.timing import act, by_turns, importing, ran
from tools.bench.values import Effort, NotRun, Outcome, Target, Timing, Wrong, missing, ratio

HOSTS = [f"10.96.0.{n}" for n in range(1, 201)]
HOLES = [host for number, host in enumerate(HOSTS) if number % 10 in (1, 4, 7)]
LIVE = [host for host in HOSTS if host not in HOLES]
CONNECT = 1.2  # seconds: one lost SYN costs one
PATIENT = ("--connect-timeout", "60")  # of curl, where nothing is a black hole
PART = 10  # of the endpoints, one in so many is asked one after the other

# The server owns the whole range by a local route; the holes are routes that drop.
ROUTED = (
    names.TWO
    + """
ip -n client route add 10.96.0.0/24 via 10.98.0.2
ip -n server route add local 10.96.0.0/24 dev lo
"""
    + "".join(f"ip -n server route add blackhole {host}/32 table local\n" for host in HOLES)
)

SERVER = """
global
    nbthread 1
    maxconn 2000
defaults
    mode http
    backlog 4096
    timeout client 60s
    timeout server 60s
    timeout connect 60s
frontend web
    bind 0.0.0.0:443 ssl crt {bundle} ca-file {ca} verify required
    http-request return status 200 content-type text/plain string ok
"""


@dataclass(frozen=True, slots=True)
class Place:
    """How to run at the client, and the files of the certificates."""

    at: Sequence[str]
    folder: Path
    server: Sequence[str] = ()


@contextmanager
def serving(more: str = "") -> Iterator[Place]:
    """A client, and a server that is every endpoint; `more` is what else is in the network."""
    needs_root()
    haproxy = program("haproxy")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _certificates(folder)
        settings = folder / "haproxy.cfg"
        settings.write_text(SERVER.format(bundle=folder / "server.pem", ca=folder / "ca.pem"))
        with (
            Apart(ROUTED + more) as net,
            subprocess.Popen(
                [*net.at("server"), haproxy, "-db", "-f", str(settings)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            ) as server,
        ):  # fmt: skip
            try:
                place = Place(net.at("client"), folder, net.at("server"))
                _await(place)
                yield place
            finally:
                server.kill()


def holes(effort: Effort) -> Outcome:
    """Row 7."""
    ops: list[float] = []
    with serving() as place:

        def ours() -> float:
            wall, told = _asked(place, HOSTS)
            _check(told, {"answered": len(LIVE), "timed out": len(HOLES)})
            ops.append(told["op"])
            return wall

        sides: dict[str, Callable[[], float]] = {"trueline": ours}
        sides |= {"curl -Z, 200 at a time": partial(_curl, place, HOSTS)} if _has_curl() else {}
        sides |= importing(place.at, "asyncio", "ssl")
        taken = by_turns(sides, effort.repeats)
        if _has_curl():
            serial = _serial(place) * PART
            taken["serial"] = Timing(what=f"curl, one by one, {PART} x a part", seconds=(serial,))
        _, refused = _asked(place, HOSTS[:1], port=444)
        _check(refused, {"refused": 1})
    op = Timing(what="trueline, the batch itself", seconds=tuple(ops))
    return Outcome(
        checked=(
            f"{len(LIVE)} endpoints answer 200 with a chain to the CA, {len(HOLES)} time out",
            "a closed port is told as refused, not as dropped",
        ),
        targets=(
            Target(
                what="op beyond the time-out", limit=30, unit="ms",
                measured=(op.median - CONNECT) * 1e3,
            ),
            _beside(taken, 1.05),
            _faster(taken, 50),
        ),
        timings=(op, *taken.values()),
        notes=("That one lost SYN is survived (T of 1.2 s and more) was not measured here.",),
    )  # fmt: skip


def live(effort: Effort) -> Outcome:
    """Row 8."""
    ops: list[float] = []
    with serving() as place:

        def ours() -> float:
            wall, told = _asked(place, LIVE)
            _check(told, {"answered": len(LIVE)})
            ops.append(told["whole"])
            return wall

        sides: dict[str, Callable[[], float]] = {"trueline": ours}
        sides |= (
            {"curl -Z, 200 at a time": partial(_curl, place, LIVE, *PATIENT)} if _has_curl() else {}
        )
        sides |= importing(place.at, "asyncio", "ssl")
        taken = by_turns(sides, effort.repeats)
        _, naked = _asked(place, LIVE[:1], bundle="stranger.pem")
        if naked["good"]:
            raise Wrong("the server took the certificate of a stranger")
    op = Timing(what="trueline, questions to verified chains", seconds=tuple(ops))
    return Outcome(
        checked=(
            f"{len(LIVE)} answers of 200, each chain verified to the CA and for the name",
            "the server refuses a client certificate of another CA",
        ),
        targets=(
            Target(
                what="for each endpoint", limit=1.6, measured=op.median / len(LIVE) * 1e3, unit="ms"
            ),
            _beside(taken, 0.75),
        ),
        timings=(op, *taken.values()),
    )


def _asked(
    place: Place, hosts: Sequence[str], *, port: int = 443, bundle: str = "client.pem"
) -> tuple[float, Any]:
    return act(
        "endpoints", *place.at, hosts=list(hosts), port=port, connect=CONNECT,
        bundle=str(place.folder / bundle), ca=str(place.folder / "ca.pem"),
    )  # fmt: skip


def _check(told: Any, wanted: dict[str, int]) -> None:
    if told["outcomes"] != wanted or told["good"] != wanted.get("answered", 0):
        raise Wrong(f"{told['outcomes']}, {told['good']} of them good, and not {wanted}")


def _has_curl() -> bool:
    try:
        program("curl")
    except NotRun:
        return False
    return True


def _curl(place: Place, hosts: Sequence[str], *more: str) -> float:
    parallel = ("-Z", "--parallel-immediate", "--parallel-max", "200")
    seconds, text = _curl_of(place, hosts, *parallel, *more)
    _counted(text, hosts)
    return seconds


def _counted(text: str, hosts: Sequence[str]) -> None:
    good, wanted = text.split().count("200"), sum(host in LIVE for host in hosts)
    if good != wanted:
        raise Wrong(
            f"curl had {good} answers of {wanted}: its time-out holds the handshakes too, which a"
            " busy machine delays"
        )


def _curl_of(place: Place, hosts: Sequence[str], *more: str) -> tuple[float, str]:
    asked = "".join(f'url = "https://{host}/"\noutput = "/dev/null"\n' for host in hosts)
    folder = place.folder
    words = [
        *(*place.at, program("curl"), "-s", "-w", "%{http_code}\\n", "-K", "-"),
        *("--connect-timeout", str(CONNECT), "--cacert", str(folder / "ca.pem")),
        *("--cert", str(folder / "client.pem")),
        *more,
    ]
    return ran(words, given=asked, good=(0, 28), env={**os.environ, "no_proxy": "*"})


def _serial(place: Place) -> float:
    """One after the other, a part of them with its share of holes."""
    part = HOSTS[: len(HOSTS) // PART]
    seconds, text = _curl_of(place, part)
    _counted(text, part)
    return seconds


def _await(place: Place) -> None:
    """Until the server answers."""
    for _ in range(50):
        _, text = _curl_of(place, LIVE[:1], "--retry", "20", "--retry-connrefused")
        if "200" in text:
            return
    raise Wrong("the benchmark's web server did not start")


def _beside(taken: dict[str, Timing], limit: float) -> Target:
    theirs = taken.get("curl -Z, 200 at a time")
    if theirs is None:
        return missing("trueline / curl -Z", limit, "curl is not here")
    return Target(what="trueline / curl -Z", limit=limit, measured=ratio(taken["trueline"], theirs))


def _faster(taken: dict[str, Timing], limit: float) -> Target:
    what = "faster than curl, one by one"
    if "serial" not in taken:
        return missing(what, limit, "curl is not here", at_most=False)
    measured = ratio(taken["serial"], taken["trueline"])
    return Target(what=what, limit=limit, measured=measured, at_most=False)


def _certificates(folder: Path) -> None:
    """A CA, a server and a client of it, and a client of another CA, as PEM files."""
    ca, ca_key = _made("ca of the benchmark", None)
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    other, other_key = _made("another ca", None)
    for name, issuer in (
        ("server", (ca, ca_key)), ("client", (ca, ca_key)), ("stranger", (other, other_key))
    ):  # fmt: skip
        certificate, key = _made(name, issuer)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        text = certificate.public_bytes(serialization.Encoding.PEM) + private
        (folder / f"{name}.pem").write_bytes(text)


def _made(
    name: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(NAME)]
    names += [x509.IPAddress(ip_address(host)) for host in HOSTS]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
    )
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key
