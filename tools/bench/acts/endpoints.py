"""HTTPS endpoints asked at once by trueline, each shown a client certificate.

Given `hosts`, `bundle` (PEM of the client), `ca` (PEM), `connect` in seconds. Tells how each ended
and how many showed a chain to the CA and an answer of status 200.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path
from time import perf_counter

from tools.bench.acts.telling import as_in_a_run, given, tell
from trueline.model.probe import Answer, Probe, Request, Step
from trueline.vantage.place import Host

NAME = "bench.test"


def main() -> None:
    """Ask all, and tell."""
    words = given()
    as_in_a_run()
    talk = Host().talk()  # the probe program starts while what judges is imported

    from trueline.codec import http, x509

    certificate = Path(words["bundle"]).read_text(encoding="ascii")
    roots = x509.bundle(Path(words["ca"]).read_text(encoding="ascii"))
    request = Request(method="GET", path="/", host=NAME)
    began = perf_counter()
    batch = {
        host: Probe(
            steps=(
                Step(
                    transport="tls", host=host, port=words["port"], server_name=NAME,
                    certificate=certificate, request=request, read="close",
                ),
            ),
            connect=words["connect"], answer=5.0,
        )
        for host in words["hosts"]
    }  # fmt: skip
    made = perf_counter() - began

    def good(answer: Answer) -> bool:
        reply = answer.last
        if reply.outcome != "answered" or reply.tls is None:
            return False
        shown = x509.chain(reply.tls.chain)
        trusted = x509.root_of(shown, roots) is not None and x509.covers(shown[0], NAME)
        return trusted and http.answer(reply).status == 200

    with closing(talk):
        talk.ask({})  # it has started
        ready = perf_counter()
        answers = talk.ask(batch)
        asked = perf_counter() - ready
        well = sum(good(answer) for answer in answers.values())
        whole = made + perf_counter() - ready
    outcomes = Counter(answer.last.outcome for answer in answers.values())
    tell(op=asked, whole=whole, good=well, outcomes=dict(outcomes))


if __name__ == "__main__":
    main()
