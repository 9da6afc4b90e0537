"""A plan with a mesh for tests of the lab's pure parts: three members, odd names on purpose."""

from __future__ import annotations

from tests.lab_unit.world import plan
from trueline.model.topology import Topology

TEXT = """\
version: 1
name: meshed
runs_in: lab
segments:
  lan: {cidr: 198.51.100.0/24, gateway: 198.51.100.1}
clusters:
  north:
    context: north
    api: https://198.51.100.10:6443
    cni: {kind: flannel, backend: vxlan, policy_enforced: false}
    segment: lan
    pods: [10.1.0.0/16]
    services: [10.2.0.0/16]
    nodes: {north-m1: {role: control-plane, address: 198.51.100.10}}
    load_balancer:
      kind: metallb
      namespace: metallb-system
      pools: {p: {addresses: [198.51.100.100-198.51.100.109], auto_assign: false, advertise: l2}}
      reservations:
        door:
          address: 198.51.100.100
          service: gates/front-door
          ports: [80/TCP/http, 443/TCP/https]
          tls_names: [shop.test]
          tls_ca: edge
        bridge: {address: 198.51.100.101, service: gates/bridge, ports: [15443/TCP/tls]}
        cart: {address: 198.51.100.102, service: shop/cart, ports: [80/TCP/http, 8081/TCP/http]}
        till: {address: 198.51.100.103, service: shop/till, ports: [80/TCP/http]}
        metrics: {address: 198.51.100.104, service: watch/metrics, ports: [9090/TCP/http]}
        store: {address: 198.51.100.105, service: shop/store, ports: [6379/TCP/redis]}
  south:
    context: south
    cni: {kind: flannel, backend: vxlan, policy_enforced: false}
    segment: lan
    pods: [10.3.0.0/16]
    services: [10.4.0.0/16]
    nodes: {south-m1: {role: control-plane, address: 198.51.100.20}}
    load_balancer:
      kind: metallb
      namespace: metallb-system
      pools: {p: {addresses: [198.51.100.120-198.51.100.129], auto_assign: false, advertise: l2}}
      reservations:
        bridge: {address: 198.51.100.120, service: istio-system/way, ports: [15443/TCP/tls]}
        desk: {address: 198.51.100.121, service: desk/desk, ports: [8080/TCP/http]}
  west:
    context: west
    cni: {kind: flannel, backend: vxlan, policy_enforced: false}
    segment: lan
    pods: [10.5.0.0/16]
    services: [10.6.0.0/16]
    nodes: {west-m1: {role: control-plane, address: 198.51.100.30}}
mesh:
  trust_domain: mesh.test
  mode: strict
  members:
    north: {network: cold, ingress: door, east_west: bridge}
    south: {east_west: bridge}
    west: {network: windy}
  workloads:
    cart:
      cluster: north
      service: shop/cart-mesh
      port: 8081
      service_account: carter
      callers: [in-west, in-north]
    desk:
      cluster: south
      service: desk/desk
      port: 8080
      service_account: clerk
      strict: false
      callers: [in-west]
ingress:
  routes:
    shop.test: {at: "reservation:north/door", service: shop/till, tls: 443, redirect: true}
    cart.test: {at: "reservation:north/door", service: shop/cart-mesh}
    safe.test: {at: "reservation:north/door", service: other/thing, tls: 8443, redirect: true}
products:
  metrics: {kind: prometheus, at: "reservation:north/metrics"}
trust: {edge: pki/edge.crt}
probes: {image: "lab.local/tools:1", namespace: probing}
vantages:
  runner: {kind: host, segment: lan}
  in-north: {kind: pod, cluster: north, pod: shop/caller, in_mesh: true}
  in-west: {kind: pod, cluster: west, pod: desk/caller, in_mesh: true}
  any-south: {kind: pod, cluster: south, in_mesh: true}
  out: {kind: pod, cluster: west, pod: aside/caller}
"""


def meshed() -> Topology:
    """The plan with the mesh."""
    return plan(TEXT)
