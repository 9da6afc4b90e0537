"""The same data plane as `data_plane`, with one probe in each test, as it is usually written."""

from __future__ import annotations

import os
from pathlib import Path

import dns.resolver
import pytest
import requests
from scapy.all import ARP, Ether, conf, srp1

from tools.bench.acts.data_plane import ADDRESSES, CONNECT, HELD, HOLES, HOSTS, NUMBERS
from tools.bench.acts.names import address_of, name_of

SHARE = int(os.environ["BENCH_SHARE"])


@pytest.mark.parametrize("address", ADDRESSES[::SHARE])
def test_address(address: str) -> None:
    """An address has a holder, or none."""
    conf.verb = 0
    asked = Ether(dst="ff:ff:ff:ff:ff:ff") / ARP(pdst=address)
    answer = srp1(asked, iface="eth2", timeout=1)
    assert (answer is not None) == (address in HELD)


@pytest.mark.parametrize("number", NUMBERS[::SHARE])
def test_name(number: int) -> None:
    """A name has its address."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["10.98.0.2"]
    answer = resolver.resolve(name_of(number), "A", search=False)
    assert [item.to_text() for item in answer] == [address_of(number)]


@pytest.mark.parametrize("host", HOSTS[:: SHARE + 1])
def test_endpoint(host: str) -> None:
    """An endpoint answers, or is a black hole."""
    folder = Path(os.environ["BENCH_FOLDER"])
    session = requests.Session()
    session.trust_env = False
    session.cert, session.verify = str(folder / "client.pem"), str(folder / "ca.pem")
    try:
        answered = session.get(f"https://{host}/", timeout=CONNECT).status_code == 200
    except requests.ConnectTimeout:
        answered = False
    assert answered == (host not in HOLES)
