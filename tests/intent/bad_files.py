"""Files that are no topology, each wrong in the way its name says (see golden/errors.txt)."""

from __future__ import annotations

from tests.intent.plans import SMALL


def _with(old: str, new: str) -> bytes:
    assert SMALL.count(old), old
    return SMALL.replace(old, new, 1).encode()


CASES: dict[str, bytes] = {
    "unknown key near": _with("    context: control", "    contxt: control"),
    "unknown key far": _with("version: 1", "version: 1\ncolour: blue"),
    "unknown key in node": _with("role: control-plane,", "role: control-plane, rack: 3,"),
    "missing": _with("    context: control\n", ""),
    "missing top": _with("version: 1\n", ""),
    "version 2": _with("version: 1", "version: 2"),
    "version text": _with("version: 1", 'version: "1"'),
    "version true": _with("version: 1", "version: true"),
    "version octal": _with("version: 1", "version: 01"),
    "yes": _with("auto_assign: false", "auto_assign: no"),
    "Yes": _with("auto_assign: false", "auto_assign: Yes"),
    "quoted true": _with("auto_assign: false", "auto_assign: 'true'"),
    "quoted false": _with("auto_assign: false", "auto_assign: 'false'"),
    "flag num": _with("auto_assign: false", "auto_assign: 0"),
    "flag text": _with("auto_assign: false", "auto_assign: maybe"),
    "sexagesimal": _with("api_timeout: 5", "api_timeout: 1:30"),
    "seconds": _with("api_timeout: 5", "api_timeout: 5s"),
    "hex": _with("api_timeout: 5", "api_timeout: 0x1F"),
    "octal": _with("api_timeout: 5", "api_timeout: 010"),
    "octal nought": _with("api_timeout: 5", "api_timeout: 000"),
    "new octal": _with("api_timeout: 5", "api_timeout: 0o17"),
    "underscore": _with("api_timeout: 5", "api_timeout: 1_000"),
    "date as number": _with("api_timeout: 5", "api_timeout: 2027-01-01"),
    "too long": _with("api_timeout: 5", "api_timeout: 5000"),
    "number word": _with("api_timeout: 5", "api_timeout: five"),
    "nan": _with("api_timeout: 5", "api_timeout: .nan"),
    "null number": _with("api_timeout: 5", "api_timeout:"),
    "prefix": _with("{ipv4: 24}", "{ipv4: 33}"),
    "prefix frac": _with("{ipv4: 24}", "{ipv4: 24.0}"),
    "cidr no prefix": _with("cidr: 10.0.0.0/24", "cidr: 10.0.0.0"),
    "cidr bad prefix": _with("cidr: 10.0.0.0/24", "cidr: 10.0.0.0/33"),
    "cidr mask": _with("cidr: 10.0.0.0/24", "cidr: 10.0.0.0/255.255.255.0"),
    "leading zero": _with("gateway: 10.0.0.1", "gateway: 10.0.0.01"),
    "address network": _with("gateway: 10.0.0.1", "gateway: 10.0.0.1/24"),
    "address range": _with("gateway: 10.0.0.1", "gateway: 10.0.0.300"),
    "address float": _with("gateway: 10.0.0.1", "gateway: 10.0"),
    "zone id": _with("gateway: 10.0.0.1", 'gateway: "fe80::1%eth0"'),
    "range short": _with("10.0.0.100-10.0.0.110", "10.0.0.100-110"),
    "range reversed": _with("10.0.0.100-10.0.0.110", "10.0.0.110-10.0.0.100"),
    "range families": _with("10.0.0.100-10.0.0.110", '"10.0.0.100-fd00::1"'),
    "range hostbits": _with("10.0.0.100-10.0.0.110", "10.0.0.100/28"),
    "port int": _with("ports: [443/TCP/https]", "ports: [443]"),
    "port lower": _with("ports: [443/TCP/https]", "ports: [443/tcp]"),
    "port big": _with("ports: [443/TCP/https]", "ports: [70000/TCP]"),
    "port zero": _with("ports: [443/TCP/https]", "ports: [0/TCP]"),
    "port not list": _with("ports: [443/TCP/https]", "ports: 443/TCP"),
    "service": _with("service: web/web", "service: web"),
    "role": _with("role: control-plane", "role: controlplane"),
    "role master": _with("role: control-plane", "role: 7"),
    "end": _with("to: reservation:control/web", "to: reservations:control/web"),
    "end kind": _with("to: reservation:control/web", "to: argocd"),
    "end pair": _with("to: reservation:control/web", "to: reservation:web"),
    "end pods": _with("to: reservation:control/web", "to: pods:control/web/x"),
    "end name": _with("to: reservation:control/web", "to: 'vm:'"),
    "expected": _with("expected: works", "expected: true"),
    "date": _with("2027-01-31", "2027-02-30"),
    "date2": _with("2027-01-31", "31.01.2027"),
    "req": _with("PLAN-001", "plan-1"),
    "api": _with("https://10.0.0.10:6443", "10.0.0.10:6443"),
    "name number": _with("name: small", "name: 1.30"),
    "name bool": _with("name: small", "name: true"),
    "name null": _with("name: small", "name:"),
    "name empty": _with("name: small", "name: ''"),
    "name multi": _with("name: small", "name: |\n  a\n  b"),
    "name list": _with("name: small", "name: [a]"),
    "bad cluster name": _with("  control:\n", "  Control_1:\n"),
    "segment ref": _with("segment: lan\n    pods", "segment: lna\n    pods"),
    "segment ref far": _with("segment: lan}", "segment: wan-of-elsewhere}"),
    "vantage cluster": _with("{kind: host, segment: lan}", "{kind: pod, cluster: contrl}"),
    "host cluster": _with("{kind: host, segment: lan}", "{kind: host, cluster: control}"),
    "pod none": _with("{kind: host, segment: lan}", "{kind: pod}"),
    "node pod": _with("{kind: host, segment: lan}", "{kind: node, cluster: control, pod: a/b}"),
    "ssh nowhere": _with("{kind: host, segment: lan}", "{kind: ssh}"),
    "host by ssh": _with("{kind: host, segment: lan}", "{kind: host, segment: lan, host: a}"),
    "dup cluster": _with("vantages:", "  control: {}\nvantages:"),
    "dup node": _with("address: 10.0.0.10}", "address: 10.0.0.10}\n      m1: {role: worker}"),
    "dup flow": _with(
        "budgets:", "  - {name: web opens, from: vm:a, to: vm:b, expected: fails}\nbudgets:"
    ),
    "flow names": _with(
        "  - name: web opens",
        "  - {name: 7, from: vm:a, to: vm:b, expected: fails}\n  - name: web opens",
    ),
    "flow names alike": _with(
        "  - name: web opens",
        "  - {name: 7, from: vm:a, to: vm:b, expected: fails}\n"
        "  - {name: 7, from: vm:a, to: vm:b, expected: fails}\n"
        "  - {name: [a], from: vm:a, to: vm:b, expected: fails}\n  - name: web opens",
    ),
    "flows as text": _with("flows:\n", "flows: none\nmesh:\n"),
    "missing in flow": _with("    to: reservation:control/web\n", ""),
    "vms as list": _with("vantages:\n", "vms: [db]\nvantages:\n"),
    "policies as text": _with("vantages:\n", "policies: strict\nvantages:\n"),
    "segments as text": _with("segments:\n", "segments: lan\nvms:\n"),
    "segments as other text": _with("segments:\n", "segments: none\nvms:\n"),
    "segments merged": _with("segments:\n  lan:", "segments:\n  <<: {lan: {}}\n  wan:"),
    "marker alone": b"---",
    "list end": SMALL.encode()
    + b"policies:\n  control: {web: {allow_from: [pods:control]}}\nvms:\n-",
    "dup key flow": _with("{kind: flannel, backend: vxlan}", "{kind: flannel, kind: other}"),
    "dup within dup": _with(
        "vantages:\n", "vantages:\n  a: {}\n  a:\n    kind: host\n    kind: pod\n"
    ),
    "dup of alias": _with("vantages:\n", "vantages:\n  runner: *x\n"),
    "dup anchor": _with("vantages:\n", "vantages:\n  a: {}\n  a: &a {}\n"),
    "both address": _with("address: 10.0.0.10}", "address: 10.0.0.10, addresses: [10.0.0.11]}"),
    "anchor": _with("segment: lan\n", "segment: &net lan\n"),
    "alias": _with("segment: lan}", "segment: *net}"),
    "merge": _with("    context: control\n", "    <<: {a: b}\n    context: control\n"),
    "tag": _with("version: 1", "version: !!int 1"),
    "local tag": _with("gateway: 10.0.0.1", "gateway: !ruby/object 10.0.0.1"),
    "long tag": _with("version: 1", f"version: !{'z' * 3000} 1"),
    "long anchor": _with("segment: lan\n", f"segment: &{'z' * 3000} lan\n"),
    "long alias": _with("segment: lan}", f"segment: *{'z' * 3000}}}"),
    "null key": _with("vantages:\n", "vantages:\n  ~: {kind: host}\n"),
    "empty key": _with("vantages:\n", "vantages:\n  ?\n  : {kind: host}\n"),
    "key anchor": _with("vantages:\n", "&a vantages:\n"),
    "null key anchor": _with("vantages:\n", "vantages:\n  ~: &a {kind: host}\n"),
    "complex key": _with("vantages:\n", "vantages:\n  ? [a, b]\n  : {kind: host}\n"),
    "complex key and more": _with(
        "vantages:\n", "vantages:\n  ? [&a a, b]\n  : {}\n  z: {kind: hots}\n"
    ),
    "alias key": _with("vantages:\n", "vantages:\n  *x : {kind: host}\n"),
    "two docs": SMALL.encode() + b"---\nversion: 1\n",
    "empty": b"",
    "comment only": b"# nothing\n",
    "null doc": b"---\n...\n",
    "alias doc": b"*x\n",
    "list doc": b"- a\n- b\n",
    "scalar doc": b"hello\n",
    "bom": b"\xef\xbb\xbf" + SMALL.encode(),
    "utf16": SMALL.encode("utf-16"),
    "latin1": _with("small", "sm\u00e4ll").decode().encode("latin-1"),
    "nul": _with("small", "sm\x00ll"),
    "cr": _with("small\n", "small\r"),
    "tab": _with("    cidr", "\tcidr"),
    "large": b"#" * (1 << 20) + b"\n",
    "deep": b"version: " + b"[" * 40 + b"]" * 40 + b"\n",
    "many": b"version: [" + b"1," * 300000 + b"]\n",
    "syn list": _with("[10.0.0.2-10.0.0.9]", "[10.0.0.2-10.0.0.9"),
    "syn map": _with("backend: vxlan}", "backend: vxlan"),
    "syn quote": _with("name: small", "name: 'small"),
    "syn colon": _with("name: small", "name: small: net"),
    "syn nocolon": _with("name: small", "name: small\nnonsense"),
    "syn reserved": _with("name: small", "name: @small"),
    "syn escape": _with("name: small", 'name: "\\q"'),
    "syn indent": _with("    gateway", "   gateway"),
    "syn else": _with("name: small", "name: }"),
    "dict type": _with("vantages:\n  runner: {kind: host, segment: lan}", "vantages: runner"),
    "null section": _with("vantages:\n  runner: {kind: host, segment: lan}", "vantages:"),
    "list where map": _with(
        "    nodes:\n      m1: {role: control-plane, address: 10.0.0.10}", "    nodes: [m1]"
    ),
    "fingerprint": _with(
        "    segment: lan\n",
        "    identity: {ca_sha256: abc, kube_system_uid: x}\n    segment: lan\n",
    ),
    "escape in text": _with("name: small", 'name: "a\\u2028b\\n"'),
    "policy": _with(
        "budgets:", "policies:\n  contrl: {Web: {allow_from: [pods:control]}}\nbudgets:"
    ),
    "dns": _with(
        "budgets:",
        "dns:\n  zones: {control.local.: {}}\n"
        "  names: {a.b: {address: 10.0.0.1, from: [runer]}}\nbudgets:",
    ),
    "mesh": _with("budgets:", "mesh: {mode: STRICT, members: {contrl: {}}}\nbudgets:"),
    "vm": _with(
        "budgets:", "vms:\n  db: {segment: lan, addresses: [10.0.0.1, 10.0.0.2]}\nbudgets:"
    ),
    "drills": _with(
        "budgets:",
        "drills:\n  failover: [control/wep, web]\n  recreate: [control/web, 7]\n"
        "  controller: [contrl]\n  dns: [control]\n"
        "  api_server: {clusters: [nowhere], stop: halt}\nbudgets:",
    ),
    "drill far": _with("budgets:", "drills: {recreate: [nowhere/telemetry]}\nbudgets:"),
    "versions": _with("    segment: lan\n", "    versions: {kubernetes: 1.30}\n    segment: lan\n"),
    "several": _with("    context: control\n", "    contxt: control\n    color: blue\n")
    .replace(b"auto_assign: false", b"auto_assign: no")
    .replace(b"10.0.0.0/24", b"10.0.0/24")
    .replace(b"    segment: lan\n    pods", b"    segment: lam\n    pods")
    .replace(b"443/TCP\n", b"443\n")
    .replace(b"owner: net team", b"owner: &o net team")
    .replace(b"version: 1", b"version: 1\nversion: 1"),
}
