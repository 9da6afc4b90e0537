"""A real Prometheus on the loopback that scrapes a text, where the lab has built one."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tools.lab.paths import cache

LISTENS = re.compile(r'msg="Listening on".* address=(\S+)')
READY = "Server is ready to receive web requests."


def binary() -> Path | None:
    """The lab's Prometheus, None where the lab was not built."""
    found = sorted((cache() / "bin").glob("prometheus-*/prometheus"))
    return found[-1] if found else None


@dataclass
class Prometheus:
    """One that is running."""

    address: str

    def get(self, path: str, **query: str) -> Any:
        """The data of an API answer."""
        url = f"http://{self.address}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=60) as answer:
            return json.load(answer)["data"]

    def values(self, expression: str) -> list[float]:
        """What an expression gives now."""
        found = self.get("query", query=expression)["result"]
        return [float(one["value"][1]) for one in found]


@contextmanager
def scraping(text: str, rules: Path, folder: Path) -> Iterator[Prometheus]:
    """Prometheus with those rules, once it has taken in the text."""
    binary_path = binary()
    assert binary_path is not None
    second = threading.Event()
    asked: list[None] = []

    class Metrics(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # A scrape begins when the one before has been taken in.
            asked.append(None)
            if len(asked) > 1:
                second.set()
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Metrics)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 1h}\n"
        f"rule_files: [{json.dumps(str(rules))}]\n"
        "scrape_configs:\n"
        "  - job_name: runs\n"
        f"    static_configs: [{{targets: ['127.0.0.1:{server.server_address[1]}']}}]\n"
    )
    process = subprocess.Popen(
        [
            str(binary_path),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            "--web.listen-address=127.0.0.1:0",
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    # What it goes on saying has to go somewhere, or it would wait.
    reader = threading.Thread(target=process.stderr.read, daemon=True)
    try:
        address, ready, said = None, False, []
        for line in process.stderr:  # the two come in either order
            said.append(line)
            address = found[1] if (found := LISTENS.search(line)) else address
            ready = ready or READY in line
            if address and ready:
                break
        assert address, "".join(said)
        reader.start()
        assert second.wait(60), "".join(said)
        yield Prometheus(address)
    finally:
        process.kill()
        process.wait()
        if reader.ident is not None:
            reader.join()
        process.stderr.close()
        server.shutdown()
        server.server_close()
