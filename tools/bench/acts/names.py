"""Names asked of a `server`, `count` of them: by trueline, or by dnspython async or one by one.

With `silent` trueline asks a server that never answers. With `parts` nobody is compared: it tells
what of a processor dnspython takes to read so many answers, and Python to ask by as many sockets.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from time import perf_counter, process_time

from tools.bench.acts.telling import Json, as_in_a_run, given, tell


def name_of(number: int) -> str:
    """The name of a number."""
    return f"svc{number}.ns{number % 50}.svc.lab.test"


def address_of(number: int) -> str:
    """The address that the benchmark's server gives it."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def by_trueline(server: str, count: int, patience: float) -> Json:
    """As a run asks: questions as bytes, the probe program, answers as values."""
    from trueline.vantage.place import Host

    as_in_a_run()
    talk = Host().talk()  # the probe program starts while what judges is imported

    from trueline.codec import dns
    from trueline.model.probe import Probe

    batch = {
        str(number): Probe(
            steps=(dns.step(server, name_of(number), "A", "udp"),), connect=1.0, answer=patience
        )
        for number in range(count)
    }
    with closing(talk):
        talk.ask({})  # it has started
        ready = perf_counter()
        answers = talk.ask(batch)
        asked = perf_counter() - ready
    good = 0
    for number, answer in enumerate(answers.values()):
        if answer.last.outcome == "answered":
            said = dns.answer(answer.last)
            good += (said.rcode, said.values) == ("NOERROR", (address_of(number),))
    outcomes = Counter(answer.last.outcome for answer in answers.values())
    return {"op": asked, "good": good, "outcomes": dict(outcomes)}


def by_dnspython(server: str, count: int, patience: float) -> Json:
    """Dnspython's own coroutines, 100 in flight."""
    import asyncio

    import dns.asyncquery
    import dns.message

    async def all_of_them() -> int:
        gate = asyncio.Semaphore(100)

        async def one(number: int) -> bool:
            async with gate:
                query = dns.message.make_query(name_of(number), "A")
                answer = await dns.asyncquery.udp(query, server, timeout=patience)
            return [item.to_text() for item in answer.answer[0]] == [address_of(number)]

        return sum(await asyncio.gather(*map(one, range(count))))

    began = perf_counter()
    good = asyncio.run(all_of_them())
    return {"op": perf_counter() - began, "good": good}


def by_stub(server: str, count: int, patience: float) -> Json:
    """Dnspython's stub resolver, one name after the other."""
    import dns.resolver

    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.timeout = [server], patience
    began = perf_counter()
    good = 0
    for number in range(count):
        answer = resolver.resolve(name_of(number), "A", search=False)
        good += [item.to_text() for item in answer] == [address_of(number)]
    return {"op": perf_counter() - began, "good": good}


def by_parts(server: str, count: int, patience: float) -> Json:
    """Each question by a socket of its own, one after the other; then each answer read."""
    import base64
    import socket

    import dns.message

    from trueline.codec.dns import step

    asked = [
        base64.b64decode(step(server, name_of(number), "A", "udp").send) for number in range(count)
    ]
    answers = []
    began = process_time()
    for question in asked:
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.settimeout(patience)
            sock.connect((server, 53))
            sock.send(question)
            answers.append(sock.recv(65536))
    heard = process_time()
    good = sum(len(dns.message.from_wire(answer).answer) for answer in answers)
    return {"sockets": heard - began, "reading": process_time() - heard, "good": good}


WAYS = {
    "trueline": by_trueline,
    "silent": by_trueline,
    "async": by_dnspython,
    "stub": by_stub,
    "parts": by_parts,
}


def main() -> None:
    """Ask, and tell."""
    words = given()
    tell(**WAYS[words["by"]](words["server"], words["count"], words["answer"]))


if __name__ == "__main__":
    main()
