"""The kubernetes package, set to go the way that a kubeconfig describes."""

from __future__ import annotations

from threading import Lock
from typing import Any

from trueline.probes.kube_way import Way

_AT_ONCE = 32  # connections that are kept open for the next question

# The kubernetes package resolves its names lazily, and not safely when two threads ask first.
IMPORTING = Lock()


def settings(way: Way) -> Any:
    """The package's settings (`kubernetes.client.Configuration`), without any credentials.

    The credentials stay with the way: a header may be there several times, which the package's
    settings do not hold, and a key would have to be a file.
    """
    with IMPORTING:
        from kubernetes.client import Configuration
    found = Configuration()
    found.host = way.server
    found.retries = False
    found.connection_pool_maxsize = _AT_ONCE
    # What the environment says of proxies is in the way already, by the rules of kubectl.
    found.proxy, found.no_proxy = None, ""
    if way.proxy:
        found.proxy = way.proxy.url
        found.proxy_headers = proxy_headers(way)
    if way.tls:
        found.tls_server_name = way.name
    return found


def pool(way: Way) -> Any:
    """The package's pool of connections, a urllib3 pool manager that verifies TLS."""
    made = settings(way)
    with IMPORTING:
        from kubernetes.client.rest import RESTClientObject
    found = RESTClientObject(made).pool_manager
    if way.tls:
        # As a context, not as files: no key stays on the disk, and this host's CAs count, not
        # certifi's, where the kubeconfig names none.
        found.connection_pool_kw["ssl_context"] = way.tls
    return found


def proxy_headers(way: Way) -> dict[str, str]:
    """Who one is to the proxy."""
    from urllib3 import make_headers

    login = way.proxy.login if way.proxy else ""
    return dict(make_headers(proxy_basic_auth=login)) if login else {}
