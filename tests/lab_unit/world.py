"""A small plan for tests of the lab's pure parts: two clusters, a VM, odd numbers on purpose."""

from __future__ import annotations

from trueline.intent.load import read
from trueline.model.topology import Topology

TEXT = """\
version: 1
name: small
runs_in: lab
segments:
  lan:
    cidr: 198.51.100.0/24
    gateway: 198.51.100.1
clusters:
  east:
    context: east-admin
    api: https://198.51.100.10:7443
    cni: {kind: flannel, backend: vxlan, policy_enforced: false}
    segment: lan
    pods: [10.1.0.0/16]
    node_prefix: {ipv4: 24}
    services: [10.2.0.0/16]
    nodes:
      # the only one
      east-m1: {role: control-plane, address: 198.51.100.10}
      east-m2:
        role: control-plane

        address: 198.51.100.11
      # three workers
      east-w1: {role: worker, address: 198.51.100.12}
      east-w2: {role: worker, address: 198.51.100.13}
      east-w3: {role: worker, address: 198.51.100.14}
    load_balancer:
      kind: metallb
      namespace: metallb-system
      pools:
        shown:
          addresses: [198.51.100.64/28, 198.51.100.100-198.51.100.105]
          auto_assign: false
          advertise: l2
        hidden: {addresses: [198.51.100.110-198.51.100.111], auto_assign: true, advertise: none}
      reservations:
        web:
          address: 198.51.100.100
          service: shop/web
          ports: [80/TCP/http, 5353/UDP/dns]
  west:
    context: west-admin
    cni: {kind: flannel, backend: vxlan, policy_enforced: false}
    segment: lan
    pods: [10.3.0.0/16]
    services: [10.4.0.0/16]
    dns_service: 10.4.0.53
    nodes:
      west-m1: {role: control-plane, address: 198.51.100.20}
vms:
  store: {segment: lan, address: 198.51.100.30, ports: [6379/TCP/redis, 99/UDP/other]}
dns:
  zones:
    east.test: {authority: 198.51.100.1}
    deep.east.test: {authority: 198.51.100.30}
  names:
    web.east.test: {address: 198.51.100.100, from: [runner]}
    a.deep.east.test: {address: 198.51.100.30, from: [runner]}
vantages:
  runner: {kind: host, segment: lan}
"""


def plan(text: str = TEXT) -> Topology:
    """The plan in a text, as if it lay in topology.yaml."""
    return read(text.encode(), "topology.yaml")
