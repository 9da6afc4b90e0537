from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.lab_unit.vaults import keeping, lab
from tests.lab_unit.world import plan
from tools.lab import edge
from tools.lab.errors import LabError
from tools.lab.paths import state
from trueline.model.topology import Reservation, Topology

TWO = "{rim: ca/rim.crt, other: ca/rim.crt}"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))


def reservation(topology: Topology, name: str) -> Reservation:
    return next(item for item in topology.reservations if item.name == name)


def test_a_certificate_holds_the_planned_names_and_the_address_and_chains_to_its_authority() -> (
    None
):
    topology = keeping()
    edge.mint(topology)
    chain, key = edge.certificate(lab(topology), reservation(topology, "safe"))
    leaf = x509.load_pem_x509_certificate(chain.encode())
    (root,) = x509.load_pem_x509_certificates((state() / "ca/rim.crt").read_bytes())
    leaf.verify_directly_issued_by(root)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["safe.east.test"]
    assert names.get_values_for_type(x509.IPAddress) == [ip_address("198.51.100.105")]
    own = load_pem_private_key(key.encode(), None).public_key()
    assert own == leaf.public_key()


def test_the_certificate_names_its_issuer_as_strict_clients_ask() -> None:
    topology = keeping()
    edge.mint(topology)
    chain, _ = edge.certificate(lab(topology), reservation(topology, "safe"))
    root = x509.load_pem_x509_certificate(
        edge.bundle(lab(topology), reservation(topology, "safe")).encode()
    )
    leaf = x509.load_pem_x509_certificate(chain.encode())
    signer = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    known = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert signer.key_identifier == known.digest
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_cert_sign) == (True, False)


def test_it_is_the_same_whenever_it_is_asked_for() -> None:
    topology = keeping()
    edge.mint(topology)
    asked = [edge.certificate(lab(topology), reservation(topology, "safe")) for _ in range(2)]
    assert asked[0] == asked[1]


def test_keys_are_for_root_alone_and_apart_from_the_bundle() -> None:
    edge.mint(keeping())
    keys = sorted((state() / "edge").glob("*.key"))
    assert [path.name for path in keys] == ["rim.key", "safe@east.key"]
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    assert [path.name for path in (state() / "ca").iterdir()] == ["rim.crt"]


def test_two_authorities_may_share_one_bundle() -> None:
    edge.mint(keeping("{rim: ca/rim.crt}", TWO))
    found = x509.load_pem_x509_certificates((state() / "ca/rim.crt").read_bytes())
    assert [item.subject.rfc4514_string() for item in found] == ["CN=rim-ca", "CN=other-ca"]


def test_a_plan_without_trust_gets_no_bundle() -> None:
    edge.mint(plan())
    assert list((state() / "edge").iterdir()) == []


@pytest.mark.parametrize("file", ["/srv/ca.crt", "../ca.crt"])
def test_a_bundle_outside_the_plans_folder_is_left_alone(file: str) -> None:
    with pytest.raises(LabError) as caught:
        edge.mint(keeping("ca/rim.crt", file))
    assert str(caught.value) == (
        "topology.yaml:69: rim is kept outside the folder of the plan, where the lab writes "
        "nothing\nfix: name its file below the folder of the plan, for example `pki/edge-ca.crt`"
    )


def test_an_address_without_planned_authority_gets_no_certificate() -> None:
    topology = keeping()
    edge.mint(topology)
    with pytest.raises(LabError) as caught:
        edge.certificate(lab(topology), reservation(topology, "web"))
    assert str(caught.value) == (
        "topology.yaml:38: east/web names no authority, so the lab signs no certificate\n"
        "fix: give it `tls_ca`, the name of an entry of `trust`"
    )
