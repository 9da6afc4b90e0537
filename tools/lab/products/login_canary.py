"""What a workload does that reads its secrets from Vault: the program of the login canaries.

It runs in a pod with this system's Python and nothing else. Every few seconds it logs in with the
token of its own service account, reads its secret and gives the login back. It is ready while the
last try succeeded. It shows what went wrong, and never a token or a secret.
"""

from __future__ import annotations

import http.server
import json
import os
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Ask = Callable[[str, str, Mapping[str, str], Mapping[str, str] | None], Any]
_TIMEOUT = 4
_SOON, _LATER = 0.5, 5.0


def attempt(ask: Ask, mount: str, role: str, jwt: str, reads: str) -> str:
    """Log in, read and log out; "" or what failed. `reads` may be empty: then nothing is read."""
    step = f"log in at {mount} as {role}"
    try:
        answer = ask("POST", f"auth/{mount}/login", {}, {"role": role, "jwt": jwt})
        token = {"X-Vault-Token": answer["auth"]["client_token"]}
        if reads:
            step = f"read {reads}"
            if not ask("GET", reads, token, None)["data"]:
                return f"{step}: nothing there"
        step = "log out"
        ask("POST", "auth/token/revoke-self", token, {})
    except urllib.error.HTTPError as error:
        return f"{step}: {error.code}"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"{step}: {type(error).__name__}"
    return ""


def client(server: str, context: ssl.SSLContext) -> Ask:
    """A function that asks one Vault over verified TLS."""

    def ask(
        method: str, path: str, headers: Mapping[str, str], body: Mapping[str, str] | None
    ) -> Any:
        text = None if body is None else json.dumps(dict(body)).encode()
        request = urllib.request.Request(f"{server}/v1/{path}", text, dict(headers), method=method)
        with urllib.request.urlopen(request, timeout=_TIMEOUT, context=context) as answer:
            said = answer.read()
        return json.loads(said) if said else {}

    return ask


class State:
    """What the last try came to: "" for success."""

    failure = "starting"


def handler(state: State) -> type[http.server.BaseHTTPRequestHandler]:
    """What answers the kubelet: 200 after a success, else 503 and what failed."""

    class Ready(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = (state.failure or "ok").encode()
            self.send_response(503 if state.failure else 200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args: object) -> None:
            """Nothing: the kubelet asks all the time."""

    return Ready


class Server(http.server.ThreadingHTTPServer):
    """The server of `handler`, in the family of the pod's address."""

    address_family = socket.AF_INET6 if ":" in os.environ.get("HOST", "") else socket.AF_INET


def main() -> None:  # pragma: no cover - runs in a pod
    """Try for ever, often until it works and seldom then; tell the log what changed."""
    state, pause = State(), threading.Event()
    server = Server((os.environ["HOST"], int(os.environ["PORT"])), handler(state))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = ssl.create_default_context(cafile=os.environ["VAULT_CACERT"])
    ask = client(os.environ["VAULT_ADDR"], context)
    told = None
    while True:
        jwt = Path(os.environ["TOKEN_FILE"]).read_text()
        state.failure = attempt(
            ask, os.environ["VAULT_MOUNT"], os.environ["VAULT_ROLE"], jwt, os.environ["VAULT_READS"]
        )
        if state.failure != told:
            told = state.failure
            print(told or "logged in and read", flush=True)
        pause.wait(_SOON if state.failure else _LATER)


if __name__ == "__main__":  # pragma: no cover
    main()
