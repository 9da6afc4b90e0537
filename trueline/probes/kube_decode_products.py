"""What operators say of their own objects, raw JSON into facts. Pure, as `kube_decode`."""

from __future__ import annotations

from typing import Any

from trueline.model.observation import ApplicationFact, SyncedFact

Json = dict[str, Any]


def synced(item: Json) -> SyncedFact:
    """An ExternalSecret, a SecretStore or a ClusterSecretStore (External Secrets Operator).

    A list leaves the kind of its items out, so what names a store is taken for an ExternalSecret.
    """
    meta, spec = item["metadata"], item.get("spec") or {}
    reference = spec.get("secretStoreRef") or {}
    ready = next(
        (one for one in _conditions(item) if one["type"] == "Ready"),
        {"status": None, "reason": "", "message": ""},
    )
    secret = "secretStoreRef" in spec or "dataFrom" in spec or "data" in spec
    namespace = meta.get("namespace", "")
    return SyncedFact(
        kind="ExternalSecret" if secret else "SecretStore" if namespace else "ClusterSecretStore",
        namespace=namespace,
        name=meta["name"],
        ready=None if ready["status"] is None else ready["status"] == "True",
        reason=ready.get("reason") or "",
        message=ready.get("message") or "",
        store=_store(reference, namespace),
    )


def _store(reference: Json, namespace: str) -> str | None:
    name = reference.get("name")
    if not name or reference.get("kind") == "ClusterSecretStore":
        return name or None
    return f"{namespace}/{name}"


def application(item: Json) -> ApplicationFact:
    """An Application of Argo CD."""
    meta, spec, status = item["metadata"], item["spec"], item.get("status") or {}
    destination = spec.get("destination") or {}
    return ApplicationFact(
        namespace=meta["namespace"],
        name=meta["name"],
        sync=(status.get("sync") or {}).get("status") or "",
        health=(status.get("health") or {}).get("status") or "",
        destination=destination.get("server") or destination.get("name") or "",
        conditions=tuple(
            f"{one['type']}: {one.get('message') or ''}".rstrip(": ") for one in _conditions(item)
        ),
    )


def _conditions(item: Json) -> list[Json]:
    return (item.get("status") or {}).get("conditions") or []
