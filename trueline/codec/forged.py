"""Client certificates that nobody must accept: the right name, under a root of our own.

They are made for one run and thrown away; their keys open nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY = timedelta(days=1)


def client(uri: str, now: datetime | None = None) -> tuple[str, str]:
    """(valid, expired) client certificates for a SPIFFE identity, each PEM with chain and key."""
    moment = now or datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = _certificate("another root", None, root_key, root_key, moment - _DAY, moment + _DAY)
    made = []
    for first, last in ((moment - _DAY, moment + _DAY), (moment - 2 * _DAY, moment - _DAY)):
        leaf = _certificate(uri, root, key, root_key, first, last)
        made.append(_pem(leaf) + _pem(root) + _key(key))
    return made[0], made[1]


def _certificate(
    uri: str,
    issuer: x509.Certificate | None,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    first: datetime,
    last: datetime,
) -> x509.Certificate:
    authority = issuer is None
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "another root")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)])
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        builder = builder.add_extension(names, critical=True).add_extension(uses, critical=False)
    return builder.sign(signer, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
