"""A cluster's certificates, keys and kubeconfigs, made anew for every lab.

One authority per cluster, so two contexts are two clusters; a front-proxy authority of its own;
EC keys except where MetalLB insists on RSA.
"""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_LIFETIME = datetime.timedelta(days=365)
_WEBHOOK_LIFETIME = datetime.timedelta(days=3650)


def _subject(name: str, organisations: Iterable[str] = ()) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    parts += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, item) for item in organisations]
    return x509.Name(parts)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, lifetime: datetime.timedelta
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + lifetime)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _identifier(key: Key) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _certificate(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key(key: Key, style: serialization.PrivateFormat = serialization.PrivateFormat.PKCS8) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, style, serialization.NoEncryption())


def _secret(path: Path, value: bytes) -> None:
    """Write a file that only root reads, from its first byte on."""
    path.touch(mode=0o600)
    path.write_bytes(value)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


class Authority:
    """A certificate authority and the folder it writes to."""

    def __init__(self, folder: Path, file: str, name: str) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        subject = _subject(name)
        self.certificate = (
            _builder(subject, subject, self.key, _LIFETIME)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .add_extension(_identifier(self.key), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        (folder / f"{file}.crt").write_bytes(_certificate(self.certificate))
        _secret(folder / f"{file}.key", _key(self.key))

    def below(self, file: str, name: str) -> tuple[bytes, bytes]:
        """An authority below this one that signs no others; writes FILE.crt and FILE.key."""
        key = ec.generate_private_key(ec.SECP256R1())
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = (
            _builder(_subject(name), self.certificate.subject, key, _LIFETIME)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .add_extension(_identifier(key), critical=False)
            .add_extension(signer, critical=False)
        )
        pair = _certificate(builder.sign(self.key, hashes.SHA256())), _key(key)
        (self.folder / f"{file}.crt").write_bytes(pair[0])
        _secret(self.folder / f"{file}.key", pair[1])
        return pair

    def issue(
        self,
        file: str,
        name: str,
        organisations: Iterable[str] = (),
        *,
        dns: Iterable[str] = (),
        addresses: Iterable[str] = (),
    ) -> tuple[bytes, bytes]:
        """A certificate for clients and servers; writes FILE.crt and FILE.key, returns both."""
        key = ec.generate_private_key(ec.SECP256R1())
        purposes = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        subject = _subject(name, organisations)
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = (
            _builder(subject, self.certificate.subject, key, _LIFETIME)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
            # RFC 5280, section 4.2.1; Python 3.13 and others refuse certificates without it.
            .add_extension(signer, critical=False)
        )
        names: list[x509.GeneralName] = [x509.DNSName(item) for item in dns]
        names += [x509.IPAddress(ip_address(item)) for item in addresses]
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        pair = _certificate(builder.sign(self.key, hashes.SHA256())), _key(key)
        (self.folder / f"{file}.crt").write_bytes(pair[0])
        _secret(self.folder / f"{file}.key", pair[1])
        return pair


def kubeconfig(
    context: str, server: str, authority: bytes, user: str, pair: tuple[bytes, bytes]
) -> dict[str, Any]:
    """A kubeconfig with one context, every certificate inline."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": context,
                "cluster": {"server": server, "certificate-authority-data": _text(authority)},
            }
        ],
        "users": [
            {
                "name": user,
                "user": {
                    "client-certificate-data": _text(pair[0]),
                    "client-key-data": _text(pair[1]),
                },
            }
        ],
        "contexts": [{"name": context, "context": {"cluster": context, "user": user}}],
        "current-context": context,
    }


def mint(
    folder: Path,
    *,
    cluster: str,
    context: str,
    server: str,
    local: str | None = None,
    api_names: Iterable[str],
    api_addresses: Iterable[str],
    nodes: Mapping[str, tuple[str, ...]],
) -> dict[str, Any]:
    """Write everything the cluster's programs read; the administrator's kubeconfig.

    `nodes` maps node names to addresses. `local` is the API server beside a controller manager or
    scheduler, which uses no other (default: `server`). Files: ca, front-ca, apiserver,
    kubelet-client, admin, kcm, scheduler, proxy, node-NAME (.crt, .key and, for clients,
    .kubeconfig), sa.key, sa.pub.
    """
    folder.mkdir(parents=True, exist_ok=True)
    authority = Authority(folder, "ca", f"{cluster}-ca")
    Authority(folder, "front-ca", f"{cluster}-front-ca")
    root = _certificate(authority.certificate)
    authority.issue("apiserver", "kube-apiserver", dns=api_names, addresses=api_addresses)
    masters = ["system:masters"]
    authority.issue("kubelet-client", "kube-apiserver-kubelet-client", masters)
    admin: dict[str, Any] = {}
    for file, name, groups in (
        ("kcm", "system:kube-controller-manager", []),
        ("scheduler", "system:kube-scheduler", []),
        ("proxy", "system:kube-proxy", []),
        ("admin", f"{cluster}-admin", masters),
    ):
        pair = authority.issue(file, name, groups)
        where = local or server if file in ("kcm", "scheduler") else server
        admin = kubeconfig(context, where, root, f"{context}-{file}", pair)
        _secret(folder / f"{file}.kubeconfig", json.dumps(admin).encode())
    for node, addresses in nodes.items():
        file, user = f"node-{node}", f"system:node:{node}"
        pair = authority.issue(file, user, ["system:nodes"], dns=[node], addresses=addresses)
        config = kubeconfig(context, server, root, user, pair)
        _secret(folder / f"{file}.kubeconfig", json.dumps(config).encode())
    signer = ec.generate_private_key(ec.SECP256R1())
    _secret(folder / "sa.key", _key(signer))
    (folder / "sa.pub").write_bytes(
        signer.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return admin


def webhook_secret(name: str, service: str, namespace: str) -> dict[str, Any]:
    """MetalLB's webhook certificates in the shape its rotator accepts, so that it keeps them.

    Left to itself the controller writes this Secret and then waits up to a minute for the kubelet
    to refresh the mount. It wants RSA keys in PKCS#1, an authority called "cert", and more than
    90 days left.
    """
    host = f"{service}.{namespace}.svc"
    keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
    certificates: list[x509.Certificate] = []
    for key, called, top in zip(keys, ("cert", host), (True, False), strict=True):
        subject = _subject(called, ["metallb"] if top else [])
        issuer = subject if top else certificates[0].subject
        builder = (
            _builder(subject, issuer, key, _WEBHOOK_LIFETIME)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(called)]), critical=False)
            .add_extension(_usage(authority=top), critical=True)
            .add_extension(x509.BasicConstraints(ca=top, path_length=None), critical=True)
        )
        if not top:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
            builder = builder.add_extension(purpose, critical=False)
        certificates.append(builder.sign(keys[0], hashes.SHA256()))
    pkcs1 = serialization.PrivateFormat.TraditionalOpenSSL
    data = {
        "ca.crt": _certificate(certificates[0]),
        "ca.key": _key(keys[0], pkcs1),
        "tls.crt": _certificate(certificates[1]),
        "tls.key": _key(keys[1], pkcs1),
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "data": {key: _text(value) for key, value in data.items()},
    }
