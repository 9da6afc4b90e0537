"""The peer scapy: `srp` for many `targets`, or `srp1` for one, `repeats` times."""

from __future__ import annotations

from time import perf_counter

from scapy.all import ARP, Ether, conf, srp, srp1

from tools.bench.acts.telling import addresses, given, tell


def main() -> None:
    """Ask, and tell which addresses answered."""
    words = given()
    conf.verb = 0
    asked = Ether(dst="ff:ff:ff:ff:ff:ff") / ARP(
        pdst=[str(one) for one in addresses(words["targets"])]
    )
    found: set[str] = set()
    seconds = []
    for _ in range(words.get("repeats", 1)):
        began = perf_counter()
        if words["way"] == "srp1":
            answer = srp1(asked, iface=words["interface"], timeout=2)
            found |= {answer.psrc} if answer is not None else set()
        else:
            answered, _ = srp(asked, iface=words["interface"], timeout=2)
            found |= {reply.psrc for _, reply in answered}
        seconds.append(perf_counter() - began)
    tell(seconds=seconds, found=sorted(found))


if __name__ == "__main__":
    main()
