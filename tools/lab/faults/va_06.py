"""VA-06: Vault shows a certificate of another authority than its clients trust."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.lab.faults import products, vaults
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.pki import Authority
from tools.lab.products import vault_open
from tools.lab.products.programs import CONFIG
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Give it a certificate for all its names, signed by an authority that nobody knows."""
    home, item, _ = vaults.struck(lab)
    held = item.reservation
    with TemporaryDirectory() as folder:
        authority = Authority(Path(folder), "ca", "unknown-ca")
        pair = authority.issue(
            "vault", str(held), dns=held.tls_names, addresses=[str(held.address)]
        )
        bundle = (Path(folder) / "ca.crt").read_text()
    namespace, _, name = held.owner.partition("/")
    data = {
        file: base64.b64encode(text).decode()
        for file, text in zip(("tls.crt", "tls.key"), pair, strict=True)
    }
    home.api.merge(f"/api/v1/namespaces/{namespace}/secrets/{name}-tls", {"data": data})
    # It reads its certificate when it starts.
    path = vaults.deployment(item)
    meta = {"annotations": {CONFIG: hashlib.sha256(pair[0]).hexdigest()[:16]}}
    home.api.merge(path, {"spec": {"template": {"metadata": meta}}})
    products.runs(home, path)
    api = vaults.at_its_address(lab, item, bundle)
    until(
        f"{item.plan} shows a certificate of another authority",
        lambda: vault_open.passing(lambda: api.get("sys/init")["initialized"]),
        within=30,
    )
    vaults.unsynced(lab, item)


FAULT = Fault(
    id="VA-06",
    title="Vault shows a certificate of an authority that its clients do not know",
    reds=frozenset({"REACH-001", "REACH-022"}),
    cause="REACH-001",
    inject=inject,
    source="External Secrets Vault provider (caProvider, caBundle); external-secrets#2691",
)
