"""Certificates as they were shown on the wire (RFC 5280), read and verified by cryptography."""

from __future__ import annotations

import base64
import hashlib
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_USES = {
    ExtendedKeyUsageOID.SERVER_AUTH: "server",
    ExtendedKeyUsageOID.CLIENT_AUTH: "client",
}


# What the library raises while it reads: a certificate is decoded part by part, when asked for.
_UNREADABLE = (
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


class NoCertificate(Exception):
    """What was shown cannot be read as a certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a certificate says: `uris` hold SPIFFE identities, `uses` `server` and `client`.

    `not_before` and `not_after` are seconds since the epoch.
    """

    subject: str
    issuer: str
    serial: str
    sha256: str
    dns_names: tuple[str, ...]
    addresses: tuple[str, ...]
    uris: tuple[str, ...]
    not_before: float
    not_after: float
    uses: frozenset[str]
    authority: bool
    der: bytes

    @property
    def names(self) -> tuple[str, ...]:
        """Every name and address that clients may check."""
        return (*self.dns_names, *self.addresses)


def chain(shown: Sequence[str]) -> tuple[Certificate, ...]:
    """The certificates of a handshake (DER in base64), the server's own first."""
    return tuple(_read(base64.b64decode(item)) for item in shown)


@lru_cache(maxsize=256)
def bundle(pem: str) -> tuple[Certificate, ...]:
    """The certificates of a PEM bundle. Raises NoCertificate."""
    try:
        with _lenient():
            return tuple(_facts(item) for item in x509.load_pem_x509_certificates(pem.encode()))
    except _UNREADABLE as error:
        raise NoCertificate(f"no certificate in PEM: {error}") from error


@lru_cache(maxsize=4096)  # many endpoints show the same, and every check looks at it again
def _read(der: bytes) -> Certificate:
    try:
        with _lenient():
            return _facts(x509.load_der_x509_certificate(der))
    except _UNREADABLE as error:
        raise NoCertificate(f"no certificate: {error}") from error


@contextmanager
def _lenient() -> Iterator[None]:
    """Let the library say nothing of a certificate that a later release of it will refuse.

    Some are in use, with the serial number 0 for one, and clients take them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        yield


def _facts(item: x509.Certificate) -> Certificate:
    from cryptography.hazmat.primitives.serialization import Encoding

    der = item.public_bytes(Encoding.DER)
    names = _extension(item, x509.SubjectAlternativeName)
    uses = _extension(item, x509.ExtendedKeyUsage)
    basic = _extension(item, x509.BasicConstraints)
    return Certificate(
        subject=_name(item.subject),
        issuer=_name(item.issuer),
        serial=f"{item.serial_number:x}",
        sha256=hashlib.sha256(der).hexdigest(),
        dns_names=tuple(names.get_values_for_type(x509.DNSName)) if names else (),
        addresses=tuple(str(a) for a in names.get_values_for_type(x509.IPAddress)) if names else (),
        uris=tuple(names.get_values_for_type(x509.UniformResourceIdentifier)) if names else (),
        not_before=_seconds(item.not_valid_before_utc),
        not_after=_seconds(item.not_valid_after_utc),
        uses=frozenset(_USES[use] for use in uses if use in _USES) if uses else frozenset(),
        authority=bool(basic and basic.ca),
        der=der,
    )


def _extension(item: x509.Certificate, kind: type) -> Any:
    try:
        return item.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _seconds(moment: datetime) -> float:
    return moment.timestamp()


def root_of(shown: Sequence[Certificate], roots: Sequence[Certificate]) -> Certificate | None:
    """The root that a shown chain leads to by its signatures; None where it leads to none.

    Only signatures and names are followed; validity in time is judged apart, so that an expired
    certificate is not called a stranger.
    """
    return _root_of(tuple(shown), tuple(roots)) if shown else None


@lru_cache(maxsize=4096)
def _root_of(shown: tuple[Certificate, ...], roots: tuple[Certificate, ...]) -> Certificate | None:
    current = _loaded(shown[0])
    pool = [_loaded(item) for item in shown[1:]]
    anchors = [(item, _loaded(item)) for item in roots]
    for _ in range(len(pool) + 1):
        for anchor, loaded in anchors:
            if loaded == current or _signed(current, loaded):
                return anchor
        parents = [item for item in pool if item != current and _signed(current, item)]
        if not parents:
            return None
        current = parents[0]
    return None


def _loaded(item: Certificate) -> x509.Certificate:
    with _lenient():
        return x509.load_der_x509_certificate(item.der)


def _signed(child: x509.Certificate, parent: x509.Certificate) -> bool:
    try:
        child.verify_directly_issued_by(parent)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def self_signed(item: Certificate) -> bool:
    """Whether a certificate is signed with its own key, and so leads nowhere else."""
    loaded = _loaded(item)
    return _signed(loaded, loaded)


def covers(certificate: Certificate, name: str) -> bool:
    """Whether a certificate carries a name or address; `*.a.b` covers one label (RFC 6125)."""
    wanted = name.lower().rstrip(".")
    if wanted in (item.lower() for item in certificate.names):
        return True
    parent = wanted.partition(".")[2]
    return bool(parent) and f"*.{parent}" in (item.lower() for item in certificate.dns_names)
