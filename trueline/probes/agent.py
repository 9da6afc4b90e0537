"""Conversations with the network, all at once: the one probe code of every vantage point.

This module and its eight parts stand on the standard library of Python 3.9 or later alone, because
their own source text is what a pod, a node or a machine behind ssh runs. It reads a JSON batch, one
line, and writes the JSON answers; `trueline.model.probe` says what is in them. What `{file:PATH}`
and `{keep:NAME}` stand for never leaves the vantage point.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import gc
import json
import os
import re
import socket
import ssl
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from trueline.probes.agent_datagrams import asked
from trueline.probes.agent_http import measureless, refusal, unchunked
from trueline.probes.agent_names import looked_up, numeric
from trueline.probes.agent_neighbours import remembered
from trueline.probes.agent_pace import TRIES, stalled, unanswered
from trueline.probes.agent_rungs import Ended, Rungs, next_rung, why
from trueline.probes.agent_tls import chain, context
from trueline.probes.agent_turns import STALE, Server, Turns

MOST = 262144  # bytes of an answer that are kept
SELDOM = 5000  # new objects between two looks for cycles: 700 would take a fifth of a batch's time
QUIET = 0.3  # seconds without another byte, for answers that have no end of their own

_PLACE = re.compile(r"\{(file|keep):([^}]+)\}")
Json = dict[str, Any]


class Conversation:
    """One probe: its steps in order, with what they keep for one another.

    `server` hears how a server of datagrams does. `talking` is the turn that has to be taken once a
    connection is there; without one, this conversation has its turn already.
    """

    def __init__(self, probe: Json, server: Any = None, talking: Any = None) -> None:
        self._probe, self._server, self._talking = probe, server, talking
        self._kept: dict[str, str] = {}
        self._secrets: set[str] = set()
        self._connecting = self._waited = 0.0

    async def run(self) -> Json:
        """The answer: a reply for every step that was taken."""
        at, replies = time.time(), []
        for step in self._probe["steps"]:
            reply = await self._step(step)
            for number in range(TRIES - 1):
                again = number == 0 and unanswered(reply)
                if not again and not stalled(reply, self._probe, self._waited):
                    break
                reply = await self._step(step)
            replies.append(reply)
            if reply["outcome"] not in ("answered", "connected") or reply.pop("stop", False):
                break
        return {"replies": replies, "at": at}

    async def _step(self, step: Json) -> Json:
        self._waited = 0.0
        reply: Json = {"outcome": "failed", "reached": None, "seconds": {}}
        rungs = Rungs(reply)
        received = b""
        try:
            peer = await self._resolved(step, reply)
            rungs.reached("resolve")
            if step["transport"] == "resolve":
                reply["outcome"] = "answered"
            elif step["transport"] == "neighbour":
                received = await remembered(peer, step["port"], self._probe["connect"])
            elif step["transport"] == "udp":
                received = await self._datagram(step, peer, reply)
            else:
                received = await self._stream(step, peer, reply, rungs)
            if step["transport"] != "resolve":
                self._judge(step, reply, received, rungs)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
            ended = why(error)
            reply["outcome"], reply["detail"] = ended.outcome, self._blotted(ended.detail)
            if ended.outcome != "unreachable" and reply["reached"] == "resolve":
                reply["reached"] = "route"
            reply["broke"] = next_rung(reply["reached"], step["transport"])
            rungs.ended("end")
        return reply

    def _judge(self, step: Json, reply: Json, received: bytes, rungs: Rungs) -> None:
        if step.get("read", "nothing") == "nothing":
            reply["outcome"] = "connected"
            return
        if not received:
            raise Ended("silent", "the connection was closed without a word")
        rungs.reached("answer")
        reply["outcome"] = "answered"
        if step.get("keep"):
            received = unchunked(received)
        try:
            self._keep(step, received)
        except (ValueError, LookupError, TypeError, RecursionError):
            # What is missing is for the reader of this answer; the next step would lack it.
            reply["detail"], reply["stop"] = "what was to be kept is not in the answer", True
            received = refusal(received)
        if step["read"] == "head":
            received = measureless(received.partition(b"\r\n\r\n")[0])
        reply["received"] = base64.b64encode(self._clean(received)).decode()

    async def _resolved(self, step: Json, reply: Json) -> str:
        kind = socket.SOCK_DGRAM if step["transport"] == "udp" else socket.SOCK_STREAM
        host, port = step["host"], step.get("port") or None
        found = numeric(host)
        if found is None:
            found = await asyncio.wait_for(looked_up(host, port, kind), self._probe["answer"])
        addresses = list(dict.fromkeys(item[4][0] for item in found))
        if step["transport"] == "resolve":
            reply["received"] = base64.b64encode(json.dumps(addresses).encode()).decode()
        return str(addresses[0])

    async def _stream(self, step: Json, peer: str, reply: Json, rungs: Rungs) -> bytes:
        sock = await self._connected(step, peer, reply, rungs)
        if self._talking is None or _is_bare(step):
            return await self._talk(step, sock, reply, rungs)
        try:
            await self._talking.acquire()
        except BaseException:
            sock.close()
            raise
        try:
            if time.monotonic() - self._connecting > STALE:
                sock.close()
                sock = await self._connected(step, peer, reply, rungs)
            rungs.again()
            return await self._talk(step, sock, reply, rungs)
        finally:
            self._talking.release()

    async def _connected(self, step: Json, peer: str, reply: Json, rungs: Rungs) -> socket.socket:
        family = socket.AF_INET6 if ":" in peer else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            reply["reached"] = "resolve"
            rungs.again()
            self._connecting = time.monotonic()
            connecting = asyncio.get_running_loop().sock_connect(sock, (peer, step["port"]))
            await asyncio.wait_for(connecting, self._probe["connect"])
            reply["local"], reply["peer"] = sock.getsockname()[0], peer
            rungs.reached("tcp")
        except BaseException:
            sock.close()
            raise
        return sock

    async def _talk(self, step: Json, sock: socket.socket, reply: Json, rungs: Rungs) -> bytes:
        try:
            reader, writer = await self._opened(step, sock)
        except BaseException:
            sock.close()
            raise
        try:
            secure = writer.get_extra_info("ssl_object")
            if secure is not None:
                reply["tls"] = {
                    "version": secure.version() or "",  # a server that hangs up at once
                    "alpn": secure.selected_alpn_protocol(),
                    "chain": chain(secure),
                }
                rungs.reached("tls")
            return await self._exchange(step, reader, writer)
        finally:
            writer.transport.abort()

    async def _opened(self, step: Json, sock: socket.socket) -> Any:
        """A reader and a writer; with TLS once the handshake is done."""
        if step["transport"] != "tls":
            return await asyncio.open_connection(sock=sock)
        opening = asyncio.open_connection(
            sock=sock,
            ssl=context(step),
            server_hostname=step.get("server_name") or "",
            ssl_handshake_timeout=self._probe["connect"],
        )
        return await asyncio.wait_for(opening, self._probe["connect"] + 0.5)

    async def _exchange(self, step: Json, reader: Any, writer: Any) -> bytes:
        data = self._payload(step)
        if data:
            self._waited = time.monotonic() - self._connecting
            writer.write(data)
            await asyncio.wait_for(writer.drain(), self._probe["answer"])
        read, limit = step.get("read", "nothing"), self._probe["answer"]
        if read == "nothing":
            return b""
        if read == "first":
            return bytes(await asyncio.wait_for(reader.read(65536), limit))
        if read == "frame":
            head = await asyncio.wait_for(reader.readexactly(2), limit)
            return bytes(
                await asyncio.wait_for(reader.readexactly(int.from_bytes(head, "big")), limit)
            )
        return await self._until_it_ends(reader, limit, quiet=read == "quiet")

    async def _until_it_ends(self, reader: Any, limit: float, *, quiet: bool) -> bytes:
        parts: list[bytes] = []
        size = 0
        deadline = time.monotonic() + limit
        while size < MOST:
            left = deadline - time.monotonic()
            wait = min(left, QUIET) if quiet and parts else left
            try:
                if left <= 0:  # or a byte in each thousandth of a second would go on for minutes
                    raise TimeoutError
                part = await asyncio.wait_for(reader.read(65536), wait)
            except (asyncio.TimeoutError, TimeoutError):  # noqa: UP041  two, before Python 3.11
                if quiet and parts:
                    break
                raise
            except (ssl.SSLError, ConnectionResetError):
                # Complete answers end with a reset too, where a proxy does not close politely.
                if parts:
                    break
                raise
            if not part:
                break
            parts.append(part)
            size += len(part)
        return b"".join(parts)

    async def _datagram(self, step: Json, peer: str, reply: Json) -> bytes:
        family = socket.AF_INET6 if ":" in peer else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.connect((peer, step["port"]))  # no packet: it takes answers of this peer alone
            reply["local"], reply["peer"] = sock.getsockname()[0], peer
            reply["reached"] = "route"
            data = self._payload(step)
            if step.get("read", "nothing") == "nothing":
                sock.send(data)
                return b""
            received = await asked(sock, data, self._probe["answer"], self._server)
        if received is None:
            raise Ended("timed out")
        return bytes(received)

    # What is sent and kept.

    def _payload(self, step: Json) -> bytes:
        request = step.get("request")
        if request is None:
            return base64.b64decode(step.get("send") or "")
        body = self._filled(request.get("body") or "").encode()
        lines = ["{} {} HTTP/1.1".format(request["method"], request["path"])]
        lines += ["Host: {}".format(request["host"]), "Connection: close"]
        lines += [f"{k}: {self._filled(v)}" for k, v in request.get("headers") or ()]
        if body or request["method"] in ("POST", "PUT"):
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _filled(self, text: str) -> str:
        def value(match: Any) -> str:
            kind, name = match.group(1), match.group(2)
            if kind == "keep":
                return self._kept[name]
            found = Path(name).read_text().strip()
            self._secrets.add(found)
            return found

        return _PLACE.sub(value, text)

    def _keep(self, step: Json, received: bytes) -> None:
        for name, path in step.get("keep") or ():
            value = json.loads(received.partition(b"\r\n\r\n")[2])
            for key in path:
                value = value[key]
            self._kept[name] = str(value)
            self._secrets.add(str(value))

    def _clean(self, data: bytes) -> bytes:
        # Blots are as long as what they hide, or the lengths in an answer would be wrong.
        for secret in self._secrets - {""}:
            data = data.replace(secret.encode(), b"*" * len(secret))
        return data

    def _blotted(self, text: str) -> str:
        return self._clean(text.encode()).decode()


def _is_bare(step: Json) -> bool:
    """Whether a connection is all that is wanted."""
    return bool(step["transport"] == "tcp" and step.get("read", "nothing") == "nothing")


async def _all(batch: Json, answers: Json) -> None:
    """Add name and answer as JSON for every name, written while other answers are awaited."""
    turns = Turns()
    servers: defaultdict[Any, Server] = defaultdict(Server)

    async def held(name: str, server: Any = None, talking: Any = None) -> None:
        answer = await Conversation(batch[name], server, talking).run()
        answers[name] = f"{json.dumps(name)}: {json.dumps(answer)}"

    async def in_turn(name: str, step: Json) -> None:
        turn = turns.of(step)
        async with turns.to(step), turn:
            await held(name, talking=None if turn is turns.talking else turns.talking)

    others = []
    for name, probe in batch.items():
        step = probe["steps"][0]
        if step["transport"] == "udp":
            server = servers[step["host"], step["port"]]
            server.add(functools.partial(held, name, server))
        else:
            others.append(in_turn(name, step))
    await asyncio.gather(*others, *(server.all() for server in servers.values()))


def run(batch: Json) -> str:
    """Run a batch, name to probe; JSON of name to answer."""
    answers = dict.fromkeys(batch, "")
    asyncio.run(_all(batch, answers))  # which has a text made, in vain, of what is returned to it
    return "{" + ", ".join(answers.values()) + "}"


def main() -> None:
    """Run the batch on each line of standard input; the answers go out as one line.

    It ends when an empty line says that all has arrived, or nobody is there to say so, and then at
    once: a thread that still waits for a silent resolver would be killed by an orderly end, and the
    C library aborts the whole process then where an image has no libgcc.
    """
    gc.set_threshold(SELDOM)
    for line in iter(sys.stdin.readline, ""):
        if not line.strip():
            break
        print(run(json.loads(line)), flush=True)  # noqa: T201
    os._exit(0)
