"""Who a kubeconfig says one is: a token, a password, a certificate, and whom one acts as."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from trueline.codec.x509 import NoCertificate, bundle
from trueline.probes import kube_plugin
from trueline.probes.kube_access import Unreachable
from trueline.probes.kube_config import Entry, Named

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The headers of every request, and a client certificate with its key in PEM, empty if none."""

    headers: Headers = field(repr=False)  # they hold the token
    certificate: str = ""
    key: str = field(repr=False, default="")
    token: str = field(repr=False, default="")

    @property
    def secret(self) -> bool:
        """Whether a header holds what nobody else may see."""
        return any(name == "Authorization" for name, _ in self.headers)

    def ended(self, now: float) -> str:
        """Which of them have ended, and what to do; empty while they last. `now`: epoch seconds.

        What does not tell its end (an opaque token) is not judged.
        """
        told = (
            ("client certificate", _end_of_certificate(self.certificate)),
            ("token", _end_of_token(self.token)),
        )
        return ", ".join(
            f"its {what} ended on {datetime.fromtimestamp(end, UTC):%Y-%m-%d %H:%M} UTC, get a new"
            " one"
            for what, end in told
            if end is not None and end < now
        )


def credentials(entry: Entry, *, renew: bool = False) -> Credentials:
    """Who a context says one is. Raises Unreachable; see `kube_plugin.ask` for `renew`.

    As kubectl: a token file comes before a token, a plug-in is run where there is neither.
    """
    user = entry.user
    certificate, key = (pem(entry, user, name) for name in ("client-certificate", "client-key"))
    token, headers = _token(entry), _acting(entry)
    password = user.get("password")
    if not token and user.get("username") and password:
        basic = base64.b64encode(f"{user.get('username')}:{password}".encode()).decode()
        headers = (("Authorization", f"Basic {basic}"), *headers)
    elif not token and user.get("exec"):
        given = kube_plugin.ask(entry, renew=renew)
        token = given.token
        if given.certificate:
            certificate, key = given.certificate, given.key
    if token:
        if not token.isascii() or not token.isprintable() or " " in token:
            raise Unreachable(f"{entry.where}: its token is none: it has characters of no token")
        headers = (("Authorization", f"Bearer {token}"), *headers)
    if bool(certificate) != bool(key):
        raise Unreachable(f"{entry.where}: a client certificate and its key go together")
    return Credentials(headers=headers, certificate=certificate, key=key, token=token)


def pem(entry: Entry, part: Named, name: str) -> str:
    """What stands under `name`-data in base64, else in the file under `name`; else nothing."""
    if data := part.get(f"{name}-data"):
        try:
            return base64.b64decode(str(data), validate=True).decode("ascii")
        except ValueError as error:
            raise Unreachable(f"{entry.where}: its {name}-data is not PEM in base64") from error
    return _file(entry, part.path(name), name) if part.get(name) else ""


def _file(entry: Entry, path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise Unreachable(
            f"{entry.where}: its {name} {path} cannot be read: {error.strerror}"
        ) from error


def _token(entry: Entry) -> str:
    """The token that the kubeconfig itself leads to; empty if none."""
    user = entry.user
    if user.get("tokenFile"):
        token = _file(entry, user.path("tokenFile"), "tokenFile").strip()
        if not token:
            raise Unreachable(f"{entry.where}: its tokenFile {user.path('tokenFile')} is empty")
        return token
    if user.get("token"):
        return str(user.get("token")).strip()
    provider = user.get("auth-provider")
    if not provider:
        return ""
    # A refresh may use up the refresh token, and whoever has the kubeconfig would lose it.
    if provider.get("name") == "oidc":
        return str((provider.get("config") or {}).get("id-token") or "")
    raise Unreachable(
        f"{entry.where}: its auth-provider {provider.get('name')!r} is one that Kubernetes clients"
        " no longer have; use its credential plug-in (exec)"
    )


def _acting(entry: Entry) -> Headers:
    """The headers of impersonation.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
    """
    user = entry.user
    groups, uid = user.get("as-groups") or [], user.get("as-uid")
    extra = user.get("as-user-extra") or {}
    if not user.get("as"):
        if groups or uid or extra:
            raise Unreachable(f"{entry.where}: it acts as groups, uid or extra of no user (as)")
        return ()
    return (
        ("Impersonate-User", str(user.get("as"))),
        *((("Impersonate-Uid", str(uid)),) if uid else ()),
        *(("Impersonate-Group", str(group)) for group in groups),
        *(
            (f"Impersonate-Extra-{quote(str(key).lower(), safe='')}", str(value))
            for key, values in extra.items()
            for value in values
        ),
    )


def _end_of_certificate(text: str) -> float | None:
    try:
        return bundle(text)[0].not_after if text else None
    except NoCertificate:
        return None


def _end_of_token(token: str) -> float | None:
    """The claim `exp` of a JSON Web Token (RFC 7519, section 4.1.4); None where there is none."""
    parts = token.split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return float(claims["exp"])
    except (IndexError, ValueError, KeyError, TypeError):
        return None
