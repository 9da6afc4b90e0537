"""Certificates for tests of the judges: a root, and leaves of any name, date and use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.told import NOW

_USES = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}


@dataclass(frozen=True)
class Root:
    """A certificate authority."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def leaf(
        self,
        *names: str,
        uri: str | None = None,
        second_uri: str | None = None,
        uses: tuple[str, ...] = ("server", "client"),
        start: float = -3600.0,
        end: float = 86400.0,
    ) -> bytes:
        """A leaf in DER; `start` and `end` are seconds from NOW."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives: list[x509.GeneralName] = [_alternative(name) for name in names]
        uris = filter(None, (uri, second_uri))
        alternatives += [x509.UniformResourceIdentifier(text) for text in uris]
        builder = _builder("leaf", self.certificate.subject, key, start, end)
        if alternatives:
            builder = builder.add_extension(
                x509.SubjectAlternativeName(alternatives), critical=False
            )
        if uses:
            extended = x509.ExtendedKeyUsage([_USES[use] for use in uses])
            builder = builder.add_extension(extended, critical=False)
        made = builder.sign(self.key, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.DER)


def _alternative(name: str) -> x509.GeneralName:
    """A name, or an address where it is one."""
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def root(name: str) -> Root:
    """A fresh authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = _builder(name, subject, key, -86400.0, 864000.0)
    basic = x509.BasicConstraints(ca=True, path_length=None)
    made = builder.add_extension(basic, critical=True).sign(key, hashes.SHA256())
    return Root(made, key)


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, start: float, end: float
) -> x509.CertificateBuilder:
    now = datetime.fromtimestamp(NOW, UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now + timedelta(seconds=start))
        .not_valid_after(now + timedelta(seconds=end))
    )
