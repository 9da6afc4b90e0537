"""The authorities of the plan's `trust`, and the certificates that planned addresses show.

`up` makes them anew for every lab, before any cluster starts. The bundles lie where the plan says,
below the lab's own copy of the plan; the keys lie apart from them, for root alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath

from tools.lab.errors import LabError
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.pki import Authority
from trueline.model.product import Trust
from trueline.model.topology import Reservation, Topology


def mint(topology: Topology) -> None:
    """Write the bundle of every authority that the plan trusts, and a certificate for each user.

    Raises LabError when a bundle would lie outside the lab's own folder.
    """
    bundles: dict[Path, bytes] = {}
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    for item in topology.trust:
        path = _bundle(item)
        authority = Authority(_folder(), item.name, f"{item.name}-ca")
        bundles[path] = bundles.get(path, b"") + _read(f"{item.name}.crt")
        for reservation in _users(topology, item.name):
            authority.issue(
                _leaf(reservation),
                str(reservation),
                dns=reservation.tls_names,
                addresses=[str(reservation.address)],
            )
    for path, text in bundles.items():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(text)


def certificate(lab: Lab, reservation: Reservation) -> tuple[str, str]:
    """(chain, key), in PEM, of a reserved address: its planned names and itself, the same always.

    Raises LabError when the plan names no authority for it.
    """
    _signer(lab, reservation)
    leaf = _leaf(reservation)
    return _read(f"{leaf}.crt").decode(), _read(f"{leaf}.key").decode()


def bundle(lab: Lab, reservation: Reservation) -> str:
    """The PEM of the authority that signed the certificate of a reserved address.

    Raises LabError when the plan names no authority for it.
    """
    return _read(f"{_signer(lab, reservation)}.crt").decode()


def _signer(lab: Lab, reservation: Reservation) -> str:
    if reservation.tls_ca in {item.name for item in lab.topology.trust}:
        return str(reservation.tls_ca)
    raise LabError(
        f"{reservation.at}: {reservation} names no authority, so the lab signs no certificate",
        fix="give it `tls_ca`, the name of an entry of `trust`",
    )


def _users(topology: Topology, authority: str) -> Iterable[Reservation]:
    return (item for item in topology.reservations if item.tls_ca == authority)


def _bundle(item: Trust) -> Path:
    """Where the bundle must lie. The plan of another network may name a file of the machine."""
    wanted = PurePath(item.file)
    if wanted.is_absolute() or ".." in wanted.parts:
        raise LabError(
            f"{item.at}: {item.name} is kept outside the folder of the plan, where the lab writes "
            "nothing",
            fix="name its file below the folder of the plan, for example `pki/edge-ca.crt`",
        )
    return state() / wanted


def _folder() -> Path:
    return state() / "edge"


def _leaf(reservation: Reservation) -> str:
    return f"{reservation.name}@{reservation.cluster}"


def _read(file: str) -> bytes:
    return (_folder() / file).read_bytes()
