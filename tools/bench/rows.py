"""The rows, in the order of the page."""

from __future__ import annotations

from functools import partial

from tools.bench import (
    arp,
    growth,
    kube,
    lab,
    names,
    overlaps,
    reach,
    reporting,
    starting,
    whole,
)
from tools.bench.values import Row

ROWS = (
    Row(
        name="1",
        path="ARP sweep of a /24 with duplicates",
        floor="send + RTT + window: 6 ms + 0.1 ms + the window",
        run=arp.segment,
        argument=(
            "The sweep itself keeps to its target, though it asks every address twice, so that "
            "one lost frame makes no silent address. Of what the whole process takes beside it, "
            "two thirds are Python, to start and to import what a sweep needs of the standard "
            "library. A run has that once for everything."
        ),
    ),
    Row(
        name="2",
        path="ARP sweep of a /17, all answering",
        floor="send + window: 32,767 frames in 60 to 80 ms, and 0.2 s",
        run=arp.wide,
        argument=(
            "Every address is asked twice, so that one lost frame makes no silent address: twice "
            "as many frames go out and come in, and the kernel's part of that alone is more than "
            "arp-scan takes in all, which is itself not 70x faster than scapy here. Asked once, "
            "Python alone takes more than the target, before any reply is looked into. A run asks "
            "whole segments up to /22 only; of larger ones it asks the planned addresses."
        ),
    ),
    Row(
        name="3",
        path="one ARP question, warm",
        floor="one frame there, one frame back: 23 us",
        run=arp.single,
        argument=(
            "One question in a hundred is interrupted: the process is taken off its processor "
            "between its question and the reply."
        ),
    ),
    Row(
        name="4",
        path="DNS, 10,000 names at no distance",
        floor="5 us of a processor for each question",
        run=names.at_once,
        argument=(
            "Reading 10,000 answers by dnspython, and nothing else, takes 0.5 s of a processor, "
            "and Python's start and imports 0.2 s: of the 1.1 s that are the target, less is "
            "left than 10,000 sockets take. "
            "Each question of trueline is a conversation of its own, with a socket, a time-out, "
            "its rungs and their times, sent to the probe program and back as JSON: what makes "
            "it the same on this host, in a pod and over ssh. A plan of a hundred names asks "
            "some hundreds of questions."
        ),
    ),
    Row(
        name="5",
        path="DNS, 1,000 names, 20 ms away",
        floor="round trips: ceil(names / 100) x 20 ms",
        run=names.at_a_distance,
        argument=(
            "dnsperf, in C, takes 1.13x for its questions themselves: ten times, who asks and who "
            "answers have to be woken. That leaves 3 ms for what is as in row 4, a thousand "
            "conversations."
        ),
    ),
    Row(
        name="6",
        path="a DNS server that is silent",
        floor="the time-out, once",
        run=names.dead,
        argument=(
            "A hundred questions are asked at a time, and every one is asked: a server may be "
            "silent about some names alone. Once it has left one without an answer for half its "
            "time and never gave any, all that are left are asked at once, and have the other "
            "half, or all their time once it says a word."
        ),
    ),
    Row(
        name="7",
        path="mutual TLS, 200 endpoints, 60 of them black holes",
        floor="the time-out of a connection, once, and the handshakes",
        run=reach.holes,
        argument=(
            "The batch itself keeps to its target: black holes hold nobody up. Whole processes "
            "differ by the start of Python, of the probe program (a process of its own, as in a "
            "pod) and by imports, which a run has once for everything."
        ),
    ),
    Row(
        name="8",
        path="mutual TLS, 140 live endpoints",
        floor="1 ms of a processor for each handshake",
        run=reach.live,
        argument=(
            "The questions keep to their target, though they travel to the probe program and "
            "back as JSON, whole chains included. Whole processes differ as in row 7: the "
            "questions and a Python that imports asyncio and ssl take nearly all of the target, "
            "and the library that verifies chains is still to be imported."
        ),
    ),
    Row(
        name="9",
        path="CIDR overlap",
        floor="parsing, then sorting: N log N",
        run=overlaps.run,
        argument=(
            "C (in the place of the reference's Rust) reads text into two integers; trueline's "
            "values are those of `ipaddress`, with the text and the line they were written in, "
            "and `ip_network()` of the standard library alone takes twice the target. The sweep "
            "grows as it should, and a plan of a thousand clusters has 10^4 ranges, not 10^5."
        ),
    ),
    Row(
        name="10",
        path="API facts decoding",
        floor="the transfer; what stays is object creation and the cyclic garbage collector",
        run=kube.facts,
        argument=(
            "Fields that nobody reads are passed over in the text, which leaves the transfer and "
            "the facts themselves. Memory counts what the process keeps after the lists are gone, "
            "and a page of pods as text is most of that: the facts themselves are a few MB."
        ),
    ),
    Row(
        name="11",
        path="--collect-only",
        floor="0.2 s of start and 0.06 ms for each test, of pytest itself",
        run=starting.collecting,
        argument=(
            "pytest alone takes nearly all of the target. The rest is the imports of all checks, "
            "what they read and what they say (0.4 s, whatever the number of tests), and the "
            "marks of every test: its requirement (for Allure and for selection), a tier and an "
            "id of its subject, where the trivial tests of the peer have none. Allure's plug-in "
            "is loaded, because its labels are marks."
        ),
    ),
    Row(
        name="12",
        path="xdist: facts once per run",
        floor="one observation, and 0.43 s of a processor for each worker's start",
        run=kube.workers,
    ),
    Row(
        name="13",
        path="a whole data plane, 1,453 tests",
        floor="the time-out of a connection, once, and pytest with as many tests",
        run=whole.run,
        argument=(
            "pytest alone takes most of the target, as the tests that do nothing show. The batch "
            "takes 0.1 s more than the time-out. The rest is Python, which has to start and to "
            "import asyncio, ssl and dnspython, and what each test looks up and reads: a fixture, "
            "an answer of DNS."
        ),
    ),
    Row(
        name="14",
        path="Allure results",
        floor="writing the files",
        run=reporting.results,
        argument=(
            "For tests that do nothing, allure-pytest takes most of the target. A test of a run "
            "has an attachment, the table of its claims, and fixtures, of each of which "
            "allure-pytest keeps a book."
        ),
    ),
    Row(
        name="15",
        path="Allure report",
        floor="1.2 s of Node.js, and 0.45 ms for each result",
        run=reporting.page,
        argument=(
            "Beside the same generator, trueline's report reads the history of earlier runs, "
            "draws charts and looks through the whole page for anything remote."
        ),
    ),
    Row(
        name="16",
        path="container start",
        floor="the imports of a run that is compiled already",
        run=starting.byte_code,
    ),
    Row(
        name="lab-compact",
        path="a whole run, two clusters of three nodes",
        floor="the time-out of a connection and the window of a sweep, and the clusters' own time",
        run=partial(lab.whole, "compact", 45.0),
    ),
    Row(
        name="lab-full",
        path="a whole run, two clusters of six nodes",
        floor="as before",
        run=partial(lab.whole, "full", 90.0),
    ),
    Row(
        name="addresses",
        path="Addresses in the plan",
        floor="reading, then sorting",
        run=growth.addresses,
        growth=True,
    ),
    Row(
        name="clusters",
        path="Clusters judged",
        floor="one judgement for each subject",
        run=growth.clusters,
        growth=True,
    ),
    Row(
        name="objects",
        path="Pods and Services of a real API server",
        floor="the server's own answer, and decoding it",
        run=growth.objects,
        growth=True,
    ),
    Row(
        name="tests",
        path="Tests collected",
        floor="0.06 ms a test, of pytest itself",
        run=growth.tests,
        growth=True,
    ),
)


def named(names: list[str]) -> tuple[Row, ...]:
    """The rows of these names, all when there are none. Raises KeyError."""
    known = {row.name: row for row in ROWS}
    return tuple(known[name] for name in names) or ROWS
