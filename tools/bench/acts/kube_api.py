"""A Kubernetes API on loopback that answers from memory, and counts what it is asked.

Given `pods` and `services`, how many; `GET /asked` tells how often each path was asked since the
last time.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tools.bench import kube_objects
from tools.bench.acts.telling import Json, given, tell

SYSTEM = "/api/v1/namespaces/kube-system"
PODS, SERVICES = "/api/v1/pods", "/api/v1/services"


def _list(kind: str, items: list[Json], more: str = "") -> bytes:
    meta = {"resourceVersion": "1", **({"continue": more} if more else {})}
    body = {"kind": kind, "apiVersion": "v1", "metadata": meta, "items": items}
    return json.dumps(body, separators=(",", ":")).encode()


class Answers:
    """Every answer as bytes, lists whole and by pages."""

    def __init__(self, pods: int, services: int) -> None:
        self.asked: Counter[str] = Counter()
        self._lists = {
            PODS: ("PodList", [kube_objects.pod(n) for n in range(pods)]),
            SERVICES: ("ServiceList", [kube_objects.service(n) for n in range(services)]),
        }
        self._known: dict[tuple[str, int, int], bytes] = {}
        for path in self._lists:
            self._page(path, 0, 0)

    def of(self, path: str, query: dict[str, str]) -> bytes:
        """The answer to a question, which is counted unless it is for a further page."""
        self.asked[path] += not query.get("continue")
        if path == SYSTEM:
            return json.dumps({"metadata": {"uid": "uid-of-kube-system"}}).encode()
        if path == "/version":
            return json.dumps({"gitVersion": "v1.34.4"}).encode()
        if path not in self._lists:
            return _list("List", [])
        return self._page(path, int(query.get("limit", 0)), int(query.get("continue", 0)))

    def _page(self, path: str, limit: int, start: int) -> bytes:
        key = (path, limit, start)
        if key not in self._known:
            kind, items = self._lists[path]
            end = start + limit if limit else len(items)
            more = str(end) if end < len(items) else ""
            self._known[key] = _list(kind, items[start:end], more)
        return self._known[key]


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    answers: Answers

    def do_GET(self) -> None:
        """Answer."""
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/asked":
            body = json.dumps(self.answers.asked).encode()
            self.answers.asked.clear()
        else:
            body = self.answers.of(parts.path, query)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until standard input ends."""
    words = given()
    Handler.answers = Answers(words["pods"], words["services"])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tell(port=server.server_port)
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
