"""Topology files that load: a small one, and one with three clusters and both families."""

from __future__ import annotations

SMALL = """\
version: 1
name: small
segments:
  lan:
    cidr: 10.0.0.0/24
    gateway: 10.0.0.1
    dhcp: [10.0.0.2-10.0.0.9]
clusters:
  control:
    context: control
    api: https://10.0.0.10:6443
    cni: {kind: flannel, backend: vxlan}
    segment: lan
    pods: [10.244.0.0/16]
    node_prefix: {ipv4: 24}
    services: [10.96.0.0/16]
    nodes:
      m1: {role: control-plane, address: 10.0.0.10}
    load_balancer:
      pools:
        main:
          addresses: [10.0.0.100-10.0.0.110]
          auto_assign: false
          advertise: l2
      reservations:
        web:
          address: 10.0.0.100
          service: web/web
          ports: [443/TCP/https]
vantages:
  runner: {kind: host, segment: lan}
flows:
  - name: web opens
    from: vantage:runner
    to: reservation:control/web
    port: 443/TCP
    expected: works
budgets:
  api_timeout: 5
exceptions:
  - requirement: PLAN-001
    subject: lan
    owner: net team
    reason: known
    expires: 2027-01-31
"""

WIDE = """\
version: 1
name: three clusters, both families
budgets: {arp_window: 1.5, convergence: 12, api_timeout: 3, connect_timeout: 2.5}
segments:
  four: {cidr: 10.0.0.0/16, gateway: 10.0.0.1, dhcp: [10.0.1.0/24, 10.0.2.1-10.0.2.9, 10.0.3.1]}
  six: {cidr: "2001:db8:1::/64", gateway: "2001:db8:1::1"}
  both: {cidr: 10.9.0.0/24}
clusters:
  alpha:
    context: alpha@home
    kubeconfig: configs/alpha.yaml
    api: https://[2001:db8:1::10]:6443
    identity:
      ca_sha256: "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:\\
        AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA"
      kube_system_uid: 0f8b5d2a-1111-4222-8333-444455556666
    cni: {kind: other, policy_enforced: true}
    segment: six
    pods: ["fd00:10::/56"]
    node_prefix: {ipv6: 64}
    services: ["fd00:11::/112"]
    dns_service: "fd00:11::a"
    nodes:
      alpha-1: {role: control-plane, address: "2001:db8:1::10"}
  beta:
    context: beta
    api: https://beta.example
    cni: {kind: flannel, backend: vxlan}
    segment: both
    pods: [10.10.0.0/16, "fd00:20::/56"]
    node_prefix: {ipv4: 24, ipv6: 64}
    services: [10.11.0.0/16, "fd00:21::/112"]
    nodes:
      beta-1: {role: control-plane, addresses: [10.9.0.10, "2001:db8:1::20"]}
      beta-2: {role: worker, addresses: [10.9.0.11, "2001:db8:1::21"]}
    load_balancer:
      pools:
        four: {addresses: [10.9.0.96/27, 10.9.0.200], advertise: l2}
        six: {segment: six, addresses: ["2001:db8:1::100-2001:db8:1::1ff"], auto_assign: false}
      reservations:
        web-4:
          address: 10.9.0.96
          service: web/web
          ports: [443/TCP/https, 53/UDP]
          tls_names: [web.example]
        web-6: {address: "2001:db8:1::100", service: web/web-6}
  gamma:
    context: gamma
    cni: {kind: flannel}
    segment: four
    pods: [10.12.0.0/12]
    services: [10.13.0.0/16]
    nodes:
      gamma-1: {role: control-plane}
    load_balancer: {kind: other, namespace: lb}
vms:
  db: {segment: six, address: "2001:db8:1::30", ports: [5432/TCP/postgres]}
  cache: {segment: four}
dns:
  zones: {example.internal: {authority: 10.0.0.53}, other.internal: {}}
  names:
    web.example.internal: {addresses: [10.9.0.96, "2001:db8:1::100"], from: [host, pod-beta]}
flows:
  - {name: all, from: pods:alpha/web, to: services:beta, expected: fails}
mesh:
  trust_domain: mesh.internal
  root_sha256: "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
  mode: permissive
  members:
    alpha: {network: a, ingress: web}
    beta: {}
policies:
  beta:
    web: {allow_from: [segment:four, pods:alpha/web]}
    shut: {allow_from: []}
vantages:
  host: {kind: host}
  pod-beta: {kind: pod, cluster: beta, pod: probes/probe-0}
  node-alpha: {kind: node, cluster: alpha}
"""
