"""The way into a cluster: its kubeconfig, the credentials in it, and the client's settings."""

from __future__ import annotations

import hashlib
import os
import ssl
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Lock, Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

from trueline.model.printable import printable
from trueline.model.topology import Cluster

T = TypeVar("T")

LARGEST = 4 << 20  # bytes of a kubeconfig; one with a hundred clusters has 1 % of it
PLUG_IN_TIME = 30.0  # seconds; a credential plug-in may ask a cloud, not a person

# The kubernetes package resolves its names lazily, and not safely when two threads ask first.
IMPORTING = Lock()


class Unreachable(Exception):
    """Nothing can be asked of this API; the text is one plain reason for every question."""


def kubeconfig_of(cluster: Cluster, given: Path | None) -> str:
    """The kubeconfig to use: the given one, else the plan's own, else the client's usual places.

    The plan's own is relative to the file of the plan.
    """
    if given is not None:
        return str(given)
    if cluster.kubeconfig:
        return str(Path(cluster.at.file).parent / Path(cluster.kubeconfig).expanduser())
    return os.environ.get("KUBECONFIG") or "~/.kube/config"


def settings_of(context: str, kubeconfig: str) -> Any:
    """The client's settings, credentials included, for a context of a kubeconfig.

    `kubeconfig` is one path or several, as in KUBECONFIG. TLS is always verified, and credentials
    go over TLS alone: a context that would do otherwise is refused. Raises Unreachable.
    """
    paths = [Path(part).expanduser() for part in kubeconfig.split(os.pathsep) if part]
    try:
        if not any(path.exists() for path in paths):
            raise Unreachable(f"no kubeconfig: {kubeconfig} does not exist")
        for path in paths:
            _regular(path)
        return _settings(context, kubeconfig)
    except Unreachable:
        raise
    except Exception as error:  # parsers and credential plug-ins raise what they like
        mark = getattr(error, "problem_mark", None)  # of a YAML parser
        if mark is not None:
            at = f"line {mark.line + 1}, column {mark.column + 1}"
            raise Unreachable(f"the kubeconfig {kubeconfig} is not YAML: {at}") from error
        raise Unreachable(f"context {context!r} of {kubeconfig}: {_said(error)}") from error


def _said(error: Exception) -> str:
    """What an error says, where that is the client's own words or the system's.

    Those of a parser quote what it could not read, and that may be a token.
    """
    from kubernetes.config import ConfigException

    if isinstance(error, (ConfigException, OSError)):
        return one_line(error)
    return f"it cannot be read ({type(error).__name__})"


def _settings(context: str, kubeconfig: str) -> Any:
    with IMPORTING:
        from kubernetes.client import ApiClient, Configuration  # noqa: F401
        from kubernetes.config import kube_config

    merged = kube_config.KubeConfigMerger(kubeconfig).config
    names = sorted(node.value["name"] for node in merged.value["contexts"])
    if context not in names:
        raise Unreachable(
            f"the kubeconfig {kubeconfig} has no context {context!r}"
            f" (it has: {', '.join(names) or 'none'})"
        )
    settings = Configuration()
    _issuer_is_verified(merged, context, kubeconfig)
    try:
        within(
            PLUG_IN_TIME,
            lambda: kube_config.load_kube_config(
                config_file=kubeconfig,
                context=context,
                client_configuration=settings,
                persist_config=False,
            ),
        )
    except TimeoutError as error:
        raise Unreachable(
            f"the credentials of context {context!r} were not ready within {PLUG_IN_TIME:g} s"
        ) from error
    if not settings.verify_ssl:
        raise Unreachable(
            f"context {context!r} of {kubeconfig} turns TLS verification off; give it the CA"
        )
    _over_tls(settings, context, kubeconfig)
    settings.retries = False
    return settings


def _regular(path: Path) -> None:
    """Make sure that a kubeconfig is a file of some size, if it is there. Raises Unreachable."""
    if path.exists() and not path.is_file():
        raise Unreachable(f"the kubeconfig {path} is no file")
    if path.exists() and path.stat().st_size > LARGEST:
        raise Unreachable(f"the kubeconfig {path} is larger than {LARGEST} bytes")


def _issuer_is_verified(merged: Any, context: str, kubeconfig: str) -> None:
    """Refuse what the client would do without verifying: renew a token of OpenID Connect.

    It sends the client's secret and the refresh token to whoever answers, unless it is given a CA
    (kubernetes.config.kube_config, `_refresh_oidc`). Raises Unreachable.
    """
    chosen = {node.value["name"]: node.value for node in merged.value["contexts"]}[context]
    name = (chosen.get("context") or {}).get("user")
    for node in merged.value.get("users") or ():
        provider = (node.value.get("user") or {}).get("auth-provider") or {}
        if node.value["name"] != name or provider.get("name") != "oidc":
            continue
        if not any(key.startswith("idp-certificate-authority") for key in provider["config"]):
            raise Unreachable(
                f"context {context!r} of {kubeconfig} renews its token without verifying the "
                "issuer; give it idp-certificate-authority, or a credential plug-in instead"
            )


def _over_tls(settings: Any, context: str, kubeconfig: str) -> None:
    """Make sure that no credential is sent or told in clear text. Raises Unreachable."""
    server = urlsplit(server_of(settings))
    if server.username is not None or server.password is not None:
        raise Unreachable(
            f"context {context!r} of {kubeconfig} has credentials in the URL of its server; "
            "give them to its user"
        )
    if server.scheme.lower() != "https" and authorization(settings):
        raise Unreachable(
            f"context {context!r} of {kubeconfig} would send its credentials without TLS; "
            "give its server as https://, or take the credentials out"
        )


def within(seconds: float, work: Callable[[], T], *, late: Callable[[T], None] | None = None) -> T:
    """What `work` gives, or TimeoutError: a library without a time-out must not hang the run.

    It runs in a thread of its own, which is left behind when it hangs; what it gives after all is
    handed to `late`. Raises what `work` raises.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  carried over to the caller's thread
            future.set_exception(error)

    def dispose(done: Future[T]) -> None:
        if late is not None and done.exception() is None:
            late(done.result())

    Thread(target=run, daemon=True, name="bounded").start()
    try:
        return future.result(seconds)
    except TimeoutError:
        future.add_done_callback(dispose)
        raise


def server_of(settings: Any) -> str:
    """The URL of the API, without a slash at its end."""
    return str(settings.host).rstrip("/")


def authorization(settings: Any) -> dict[str, str]:
    """The header of a bearer token or of a password; empty with a client certificate."""
    setting = settings.auth_settings().get("BearerToken", {})
    return {setting["key"]: setting["value"]} if setting.get("value") else {}


def ca_sha256(path: str | None) -> str:
    """The SHA-256 over the DER form of every certificate of a PEM file; empty without a file."""
    if not path:
        return ""
    digest = hashlib.sha256()
    for certificate in _certificates(path):
        digest.update(ssl.PEM_cert_to_DER_cert(certificate))
    return digest.hexdigest()


def ca_pem(path: str | None) -> str:
    """Every certificate of a PEM file and nothing else of it; empty without a file."""
    return "".join(_certificates(path)) if path else ""


def _certificates(path: str) -> list[str]:
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    text = Path(path).read_text(encoding="ascii", errors="replace")
    return [f"{begin}{part.split(end)[0]}{end}\n" for part in text.split(begin)[1:]]


def one_line(value: object) -> str:
    """Any text on one line, whoever wrote it."""
    return printable(" ".join(str(value).split()))
