"""DN-03: look-ups in a zone take longer than anybody waits, because a slow server is on the way."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path

from tools.lab.faults import names, slow_relay
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.spec import segment_of
from tools.lab.waiting import until

_SECONDS = 0.8


def inject(lab: Lab) -> None:
    """Let the second cluster forward the first zone to a machine that takes its time."""
    authority = str(names.zone(lab).authority)
    segment = segment_of(lab.topology, ip_address(authority))
    assert segment is not None
    network = segment.cidr.network
    address = str(network[network.num_addresses - 2])
    machine = lab.attach("slow-dns", address)
    machine.configure("relay.py", Path(slow_relay.__file__).read_text())
    machine.service_add("relay", ["python3", "/lab/conf/relay.py", authority, str(_SECONDS)])
    asked = ["busybox", "nslookup", f"{names.name(lab).name}.", "127.0.0.1"]
    until("it answers", lambda: machine.run(asked, check=False).returncode == 0, within=20)
    block = re.compile(rf"^({re.escape(names.zone(lab).name)}:53 {{\n.*?)^}}\n", re.M | re.S)
    forward = f"forward . {address} {{\n        prefer_udp\n        read_timeout 5s\n    }}\n}}\n"
    head = f"{names.zone(lab).name}:53 {{\n    errors\n    "
    names.configure(lab, lambda text: block.sub(lambda _: f"{head}{forward}", text))


FAULT = Fault(
    id="DN-03",
    title="look-ups in a zone are slow",
    reds=frozenset({"DNS-040"}),
    inject=inject,
    source="nodejs/node#4207; minikube#22654",
)
