"""SE-04: the gateway shows a certificate of nobody's authority, and an expired one at that."""

from __future__ import annotations

import base64
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tools.lab.faults import routes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def self_signed(host: str, now: datetime.datetime) -> tuple[str, str]:
    """(certificate, key) in base64 of PEM: signed by itself, expired a day ago."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    day = datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 3 * day)
        .not_valid_after(now - day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    return (
        base64.b64encode(made.public_bytes(pem)).decode(),
        base64.b64encode(private).decode(),
    )


def inject(lab: Lab) -> None:
    """Put a self-signed, expired certificate into the Secret that the gateway serves."""
    route = routes.redirected(lab)
    cluster, item = routes.gateway(lab, route)
    certificate, key = self_signed(route.host, datetime.datetime.now(datetime.UTC))
    namespace, _, name = item.owner.partition("/")
    secrets = f"/api/v1/namespaces/{namespace}/secrets"
    gateway = cluster.api.get(routes.path(item, "gateways", name))
    names = {
        server["tls"]["credentialName"]
        for server in gateway["spec"]["servers"]
        if "credentialName" in server.get("tls", {})
    }
    for secret in names:
        cluster.api.merge(f"{secrets}/{secret}", {"data": {"tls.crt": certificate, "tls.key": key}})


FAULT = Fault(
    id="SE-04",
    title="the gateway shows an expired certificate of its own making",
    reds=frozenset({"ING-002"}),
    inject=inject,
    source="argo-cd#4705",
)
