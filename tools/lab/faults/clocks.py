"""Where faults of clocks strike: programs, and the certificates of the second cluster's API."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tools.lab import bringup, clock, controlplane
from tools.lab.cluster import LabCluster
from tools.lab.controlplane import PKI
from tools.lab.errors import LabError
from tools.lab.faults.fault import second
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.process import Process
from tools.lab.products import external_secrets
from tools.lab.state import write
from tools.lab.waiting import until

AHEAD = 45
"""Seconds: far beyond every budget, and little enough that nothing in a cluster expires."""
_FILE = "fault-api"
_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"


def programs(cluster: LabCluster, program: str) -> list[Process]:
    """The processes of a program on whatever machines of a cluster run it. Raises LabError."""
    found = []
    for machine in cluster.machines:
        try:
            found += clock.programs(machine, program)
        except LabError:
            continue
    if not found:
        raise LabError(f"no machine of cluster {cluster.name} runs {program}")
    return found


def leases_show(cluster: LabCluster, apart: Mapping[str, int]) -> None:
    """Wait until every node has renewed its lease by the clocks as they are now.

    `apart` is how many seconds a node's clock is ahead of its API's, 0 where it does not say.
    """

    def renewed() -> bool:
        return all(
            abs(_ahead(item) - apart.get(item["metadata"]["name"], 0)) < AHEAD / 2
            for item in cluster.api.get(_LEASES)["items"]
        )

    until(f"{cluster.name}: the leases show the clocks", renewed, within=40, every=0.5)


def _ahead(lease: Object) -> float:
    """By how many seconds a kubelet's renewal is later than what the API noted of it."""
    written = max(item["time"] for item in lease["metadata"]["managedFields"])
    renewed = datetime.datetime.fromisoformat(lease["spec"]["renewTime"])
    return (renewed - datetime.datetime.fromisoformat(written)).total_seconds()


def named_api(
    lab: Lab, begins: datetime.timedelta, ends: datetime.timedelta, *, carries: Sequence[str] = ()
) -> None:
    """Let the second cluster's API show its planned names another certificate.

    It is signed by the cluster's own authority, valid from `begins` to `ends` after now, and for
    those names, or for the others that it `carries`. Who calls the API by an address is shown the
    usual one. A reset restarts the API servers without.
    """
    cluster, names = second(lab), planned_names(lab)
    now = datetime.datetime.now(datetime.UTC)
    certificate, key = _signed(cluster, carries or names, now + begins, now + ends)
    write(cluster.pki / f"{_FILE}.crt", certificate)
    write(cluster.pki / f"{_FILE}.key", key)
    pair = f"{PKI}/{_FILE}.crt,{PKI}/{_FILE}.key:{','.join(names)}"
    controlplane.restart_apis(cluster, f"--tls-sni-cert-key={pair}")
    bringup.starts_pods(cluster)
    external_secrets.synced_again(lab, cluster)


def planned_names(lab: Lab) -> list[str]:
    """The planned names of the second cluster's API endpoint. Raises LabError without any."""
    names = controlplane.names_of(lab.topology, second(lab).plan)
    if not names:
        raise LabError("this fault needs a planned name of the second cluster's API endpoint")
    return names


def _signed(
    cluster: LabCluster, names: Sequence[str], begins: datetime.datetime, ends: datetime.datetime
) -> tuple[str, str]:
    """(certificate, key) in PEM, by the cluster's authority."""
    issuer = x509.load_pem_x509_certificate((cluster.pki / "ca.crt").read_bytes())
    signer = serialization.load_pem_private_key((cluster.pki / "ca.key").read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise LabError(f"the authority of cluster {cluster.name} has no EC key")
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kube-apiserver")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), False)
        .sign(signer, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), private.decode()
