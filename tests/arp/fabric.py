"""Network namespaces with hosts that answer ARP, for the tests of the sweep."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.bench.network import Apart

ROOT = Path(__file__).resolve().parents[2]

makes_namespaces = [
    pytest.mark.root,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0, reason="makes network namespaces"
    ),
]
# Code for a machine: the sweep takes the way to the wire that systems without packet sockets have.
THROUGH_SCAPY = """
from trueline.probes.wire_scapy import ScapyWire
sweep.opened = ScapyWire
"""

# One namespace holds 40 hosts: with arp_ignore 1 each NIC answers for its own address alone, just
# as 40 machines would. `twin` repeats one of their addresses and `rival` the prober's; `late` is a
# Linux proxy-ARP responder for two ranges (delays up to 0.8 s); `two` has two NICs and answers with
# both.
SCRIPT = """
bridge br0
machine prober; cable prober eth0 02:00:00:00:00:01
ip -n prober addr add 10.77.0.250/24 dev eth0
ip -n prober link set eth0 up
ip -n prober link add idle type veth peer name idle-end
machine hosts
setting hosts net.ipv4.conf.all.arp_ignore=1
setting hosts net.ipv4.conf.default.rp_filter=0
setting hosts net.ipv4.conf.all.rp_filter=0
for n in $(seq 1 40); do
  cable hosts e$n $(printf 02:00:00:00:01:%02x $n)
  printf 'addr add 10.77.0.%d/24 dev e%d\\nlink set e%d up\\n' $n $n $n
done > /run/hosts.batch
ip -n hosts -b /run/hosts.batch
machine twin; cable twin eth0 02:00:00:00:02:09
ip -n twin addr add 10.77.0.9/24 dev eth0
ip -n twin link set eth0 up
machine rival; cable rival eth0 02:00:00:00:02:fa
ip -n rival addr add 10.77.0.250/24 dev eth0
ip -n rival link set eth0 up
machine late; cable late eth0 02:00:00:00:03:01
ip -n late addr add 10.77.0.41/32 dev eth0
ip -n late link set eth0 up
ip -n late link add far type veth peer name far-end
ip -n late link set far-end up
ip -n late link set far up
ip -n late route add 10.77.0.250/32 dev eth0
ip -n late route add 10.77.0.128/26 dev far
ip -n late route add 10.77.0.192/27 dev far
setting late net.ipv4.ip_forward=1
setting late net.ipv4.conf.eth0.proxy_arp=1
setting late net.ipv4.conf.eth0.rp_filter=0
setting late net.ipv4.conf.all.rp_filter=0
machine two; cable two eth0 02:00:00:00:04:01; cable two eth1 02:00:00:00:04:02
ip -n two addr add 10.77.0.50/24 dev eth0
ip -n two addr add 10.77.0.51/24 dev eth1
setting two net.ipv4.conf.all.rp_filter=0
setting two net.ipv4.conf.default.rp_filter=0
setting two net.ipv4.conf.eth0.rp_filter=0
setting two net.ipv4.conf.eth1.rp_filter=0
ip -n two link set eth0 up
ip -n two link set eth1 up
"""

# The same in IPv6, without duplicate address detection, which would keep `twin` and `rival` away.
SIX = """
bridge br0
own() { # machine nic address
  ip -n $1 addr add $3 dev $2 nodad
}
machine prober; cable prober eth0 02:00:00:00:00:01
setting prober net.ipv6.conf.eth0.addr_gen_mode=1
own prober eth0 fd00:77::250/64
own prober eth0 fe80::fe/64
ip -n prober link set eth0 up
cable prober eth1 02:00:00:00:00:02
setting prober net.ipv6.conf.eth1.disable_ipv6=1
ip -n prober link set eth1 up
for n in 1 2 3 4 5 6 7 8; do
  machine h$n; cable h$n eth0 02:00:00:00:01:0$n
  setting h$n net.ipv6.conf.eth0.addr_gen_mode=1
  own h$n eth0 fd00:77::$n/64
  own h$n eth0 fe80::1:$n/64
  ip -n h$n link set eth0 up
done
machine twin; cable twin eth0 02:00:00:00:02:05
own twin eth0 fd00:77::5/64
ip -n twin link set eth0 up
machine rival; cable rival eth0 02:00:00:00:02:fa
own rival eth0 fd00:77::250/64
ip -n rival link set eth0 up
machine late; cable late eth0 02:00:00:00:03:01
setting late net.ipv6.conf.all.forwarding=1
setting late net.ipv6.conf.eth0.proxy_ndp=1
own late eth0 fd00:77::a0/64
ip -n late link set eth0 up
ip -n late link add far type veth peer name far-end
ip -n late link set far-end up
ip -n late link set far up
ip -n late route add fd00:77::a1/128 dev far
ip -n late neigh add proxy fd00:77::a1 dev eth0
"""


class Fabric(Apart):
    """A bridge with hosts on it; use as a context."""

    def __init__(self, script: str = SCRIPT) -> None:
        super().__init__(script)

    def __enter__(self) -> Fabric:
        super().__enter__()
        return self

    def run(self, code: str, *, machine: str = "prober", drop: str | None = None) -> Any:
        """Run Python in a machine; what its `answer(...)` was given comes back through JSON."""
        head = "import json, sys\ndef answer(value):\n    print(json.dumps(value))\n"
        python = [sys.executable, "-W", "error", "-c", head + code]
        if drop is not None:
            python = ["setpriv", f"--bounding-set=-{drop}", f"--inh-caps=-{drop}", *python]
        done = subprocess.run(
            [*self.at(machine), *python],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout)
