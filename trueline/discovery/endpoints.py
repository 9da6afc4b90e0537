"""The API endpoints of the clusters, as the kubeconfig has them."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from trueline.model.address import Address
from trueline.model.found import Found


def endpoint_of(found: Found, cluster: str) -> tuple[Address, int] | None:
    """Address and port of an API endpoint; None where it is a name, or not known."""
    identity = found.clusters[cluster].identity
    if identity.kind == "gap":
        return None
    try:
        url = urlsplit(identity.value.server)
        return ip_address(url.hostname or ""), url.port or 443
    except ValueError:
        return None
