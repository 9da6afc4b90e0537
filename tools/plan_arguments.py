"""The command line of `tools.plan`."""

from __future__ import annotations

import argparse
from ipaddress import ip_network
from pathlib import Path

from trueline.installed import home, reports
from trueline.model.address import Network
from trueline.planning.forecast import Growth, growth

MOST = 4096  # of what can be asked for at once


def parsed(about: str | None, arguments: list[str] | None) -> argparse.Namespace:
    """What is asked: `question`, and its options. Exits with a usage error."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.plan",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    common = argparse.ArgumentParser(add_help=False)
    _topology(common, default=home() / "topology.yaml")
    questions = parser.add_subparsers(dest="question", required=True, metavar="QUESTION")

    def question(name: str, told: str) -> argparse.ArgumentParser:
        return questions.add_parser(name, help=told, description=told, parents=[common])

    _ledger(question("ledger", "every block and address of the plan, and the gaps between"))
    _next(question("next", "the next free address or block for a purpose"))
    what_if = question("what-if", "a diff of the plan with more in it, which passes its checks")
    _what_if(what_if)
    _head_room(question("head-room", "how full every space is, and when it is exhausted"))
    given = parser.parse_args(arguments)
    if given.question == "what-if":
        if not any((given.clusters, given.name, given.nodes, given.addresses)):
            what_if.error("say what there shall be more of: --clusters, --nodes or --addresses")
        if not (given.clusters or given.name) and (given.like or given.pool_size or given.within):
            what_if.error("--like, --pool-size and --within are about further --clusters")
    return given


def _topology(parser: argparse.ArgumentParser, default: Path | str) -> None:
    parser.add_argument(
        "--topology",
        type=lambda text: Path(text).absolute(),
        default=default,
        metavar="FILE",
        help="the plan; default: topology.yaml",
    )


def _ledger(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write a picture as well")


def _next(parser: argparse.ArgumentParser) -> None:
    purposes = parser.add_subparsers(dest="purpose", required=True, metavar="PURPOSE")
    for name, told, owner in (
        ("address", "a load-balancer address of a cluster", "cluster"),
        ("node", "a node of a cluster", "cluster"),
        ("vm", "a virtual machine, or another host with a fixed address", "segment"),
        ("pool", "a pool of --count addresses", "segment"),
        ("pods", "the pod network of another cluster", ""),
        ("services", "the Service network of another cluster", ""),
    ):
        one = purposes.add_parser(name, help=told, description=told)
        # Without a default here, what is said before PURPOSE is not lost.
        _topology(one, default=argparse.SUPPRESS)
        if owner:
            one.add_argument(f"--{owner}", metavar="NAME", help="default: the only one")
            one.add_argument(
                "--count",
                type=_count,
                default=1,
                required=name == "pool",
                help="how many addresses" + ("" if name == "pool" else "; default: 1"),
            )
        else:
            one.add_argument("--prefix", type=_prefix, help="its length; default: as the last one")
            one.add_argument("--within", type=_network, metavar="CIDR", help="where to look")
        if owner != "segment":
            one.add_argument("--family", type=int, choices=(4, 6), help="default: all in use")
        if name == "address":
            one.add_argument("--pool", metavar="NAME", help="default: any pool of the cluster")


def _what_if(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clusters", type=_count, default=0, metavar="N", help="further clusters")
    parser.add_argument(
        "--name", action="append", default=[], help="the name of a further cluster, one each"
    )
    parser.add_argument("--like", metavar="CLUSTER", help="made after this one; default: the last")
    parser.add_argument(
        "--pool-size", type=_count, metavar="N", help="of their pools; default: as those of --like"
    )
    parser.add_argument(
        "--within",
        type=_network,
        action="append",
        default=[],
        metavar="CIDR",
        help="where their pod and Service networks are looked for, one for each family",
    )
    parser.add_argument(
        "--nodes",
        type=_share,
        action="append",
        default=[],
        metavar="CLUSTER=N",
        help="further workers",
    )
    parser.add_argument(
        "--addresses",
        type=_share,
        action="append",
        default=[],
        metavar="CLUSTER[/POOL]=N",
        help="further addresses in a pool",
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the plan as it would be")


def _head_room(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--growth",
        type=_growth,
        action="append",
        default=[],
        metavar="[SORT:]CLUSTER=N/PERIOD",
        help="app=2/month (addresses), nodes:app=1/year, services:app=40/week",
    )
    parser.add_argument(
        "--run",
        action="append",
        default=[],
        metavar="RUN",
        help="a stored run that says what was given out; two of different days show growth",
    )
    parser.add_argument("--reports", type=Path, default=reports(), help="default: reports/")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST}")
    return int(text)


def _prefix(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 128:
        raise argparse.ArgumentTypeError(f"{text!r} is no prefix length")
    return int(text)


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no network: {error}") from None


def _share(text: str) -> tuple[str, int]:
    name, _, count = text.partition("=")
    if not name or not count.isdecimal() or not 1 <= int(count) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=N, with N from 1 to {MOST}")
    return name, int(count)


def _growth(text: str) -> Growth:
    try:
        return growth(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
