"""Credential plug-ins of a kubeconfig (`exec`): a command that gives a token or a certificate.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from time import time
from typing import Any

from trueline.model.printable import one_line
from trueline.probes.command import complaint
from trueline.probes.kube_access import Unreachable
from trueline.probes.kube_config import Entry

PLUG_IN_TIME = 30.0  # seconds; a credential plug-in may ask a cloud, not a person
_SPARE = 60.0  # seconds before its end at which an answer is no longer used
_LONGEST = 300  # characters of what a plug-in complains of
_EXTENSION = "client.authentication.k8s.io/exec"

_asking = Lock()
_kept: dict[str, Given] = {}


@dataclass(frozen=True, slots=True)
class Given:
    """What a plug-in gave; `until` is seconds since the epoch, None where it set no end."""

    token: str = field(repr=False)
    certificate: str
    key: str = field(repr=False)
    until: float | None


def ask(entry: Entry, *, renew: bool = False) -> Given:
    """What the plug-in of a context gives, kept until a minute before its end.

    With `renew` what was kept is not used. Nobody is asked anything: the plug-in has no terminal
    and no standard input. Raises Unreachable, with what the plug-in complained of.
    """
    spec = entry.user.values["exec"]
    if not isinstance(spec, dict) or not spec.get("command") or not spec.get("apiVersion"):
        raise Unreachable(f"{entry.where}: its exec names no command or no apiVersion")
    name = f"its credential plug-in {spec['command']}"
    if spec.get("interactiveMode") == "Always":
        raise Unreachable(
            f"{entry.where}: {name} asks a person (interactiveMode: Always), and a run has none"
        )
    key = json.dumps([str(entry.user.folder), spec], sort_keys=True, default=str)
    with _asking:
        kept = None if renew else _kept.get(key)
        if kept is None or (kept.until is not None and kept.until - _SPARE < time()):
            try:
                kept = _kept[key] = _given(_run(spec, entry), str(spec["apiVersion"]))
            except _Wrong as error:
                raise Unreachable(f"{entry.where}: {name} {error}") from error
        return kept


class _Wrong(Exception):
    """What is wrong with a plug-in, after its name."""


def _run(spec: dict[str, Any], entry: Entry) -> str:
    """What a plug-in writes. Raises _Wrong."""
    command = str(spec["command"])
    if os.sep in command:  # as kubectl: a path starts at the kubeconfig, a name is looked for
        command = str(entry.user.folder / command)
    given = {str(one["name"]): str(one["value"]) for one in spec.get("env") or []}
    try:
        process = subprocess.Popen(  # noqa: S603  the owner of the kubeconfig names it
            [command, *map(str, spec.get("args") or [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **given, "KUBERNETES_EXEC_INFO": _told(spec, entry)},
            text=True,
            start_new_session=True,  # what it starts ends with it, and has no terminal to ask at
        )
    except OSError as error:
        hint = one_line(spec.get("installHint") or "")[:_LONGEST]
        why = "is not installed" if isinstance(error, FileNotFoundError) else "cannot be run"
        raise _Wrong(f"{why}: {hint or error.strerror}") from error
    with process:
        try:
            said, complained = process.communicate(timeout=PLUG_IN_TIME)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise _Wrong(f"did not end within {PLUG_IN_TIME:g} s") from error
    if process.returncode != 0:
        raise _Wrong(f"failed: {complaint(process.returncode, complained)[:_LONGEST]}")
    return said


def _told(spec: dict[str, Any], entry: Entry) -> str:
    """What a plug-in is told in its environment."""
    told: dict[str, Any] = {"interactive": False}
    if spec.get("provideClusterInfo"):
        cluster = dict(entry.cluster.values)
        extensions = cluster.pop("extensions", None) or []
        configs = [one["extension"] for one in extensions if one.get("name") == _EXTENSION]
        if cluster.pop("certificate-authority", None):
            raw = entry.cluster.path("certificate-authority").read_bytes()
            cluster.setdefault("certificate-authority-data", base64.b64encode(raw).decode())
        told["cluster"] = {**cluster, **({"config": configs[0]} if configs else {})}
    return json.dumps({"apiVersion": spec["apiVersion"], "kind": "ExecCredential", "spec": told})


def _given(text: str, version: str) -> Given:
    """What a plug-in wrote, understood. Raises _Wrong; what it wrote is told to nobody."""
    try:
        answer = json.loads(text)
        status = answer["status"]
        end = status.get("expirationTimestamp")
        until = datetime.fromisoformat(end).timestamp() if end else None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _Wrong("did not write an ExecCredential with a status") from error
    if answer.get("apiVersion") != version:
        raise _Wrong(f"answers in {answer.get('apiVersion')}, and the kubeconfig wants {version}")
    token = str(status.get("token") or "")
    certificate = str(status.get("clientCertificateData") or "")
    key = str(status.get("clientKeyData") or "")
    if not token and not (certificate and key):
        raise _Wrong("gave neither a token nor a certificate with its key")
    return Given(token, certificate, key, until)
