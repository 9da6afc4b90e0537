from pathlib import Path

import pytest

from tools.lab.build import manifests
from tools.lab.build.errors import BuildFailed

PROBES = "          initialDelaySeconds: 10\n          periodSeconds: 10\n"
SECRET = (
    "---\napiVersion: v1\nkind: Secret\nmetadata:\n"
    "  name: webhook-server-cert\n  namespace: metallb-system\n"
)


def test_flannel_gets_the_pod_range_of_its_cluster() -> None:
    stock = 'net-conf.json: |\n  {\n    "Network": "10.244.0.0/16",\n    "Backend": {}\n  }\n'

    assert manifests.flannel(stock) == stock.replace("10.244.0.0/16", "@PODS@")


def test_metallb_answers_sooner_and_loses_the_empty_secret() -> None:
    stock = f"kind: Role\n{SECRET}---\nkind: Service\n{PROBES * 4}"

    assert manifests.metallb(stock) == (
        "kind: Role\n---\nkind: Service\n"
        + "          initialDelaySeconds: 1\n          periodSeconds: 2\n" * 4
    )


def test_changed_upstream_stops_the_build() -> None:
    with pytest.raises(BuildFailed) as failure:
        manifests.metallb(f"{SECRET}---\n{PROBES * 3}")

    assert str(failure.value) == (
        "manifest edit: expected 'initialDelaySeconds: 10\\n' 4 times, found 3"
    )


def test_strange_image_stops_the_build() -> None:
    with pytest.raises(BuildFailed) as failure:
        manifests.known("x", "image: quay.io/metallb/speaker:v0.13.12\n  - image: a.test/b:2\n")

    assert str(failure.value) == ("x.yaml names images that the lab does not build: a.test/b:2")


TEMPLATE = 'Corefile: |\n    # @SERVERS@\n  # @ZONES@\nclusterIP: "@DNS@"\n'


def test_coredns_answers_for_its_zones() -> None:
    text = manifests.coredns(
        TEMPLATE,
        dns="10.96.0.10",
        zones={
            "control.local": {
                "vault.control.local": ["192.0.2.7"],
                "*.apps.control.local": ["192.0.2.8", "2001:db8::8"],
            },
            "app.local": {"@": ["192.0.2.9"]},
        },
    )

    assert text == (
        "Corefile: |\n"
        "    app.local:53 {\n"
        "        errors\n"
        "        file /etc/coredns/app.local.zone\n"
        "    }\n"
        "    control.local:53 {\n"
        "        errors\n"
        "        file /etc/coredns/control.local.zone\n"
        "    }\n"
        "  app.local.zone: |\n"
        "    $ORIGIN app.local.\n"
        "    $TTL 30\n"
        "    @ IN SOA ns.dns.app.local. hostmaster.app.local. 1 7200 3600 1209600 30\n"
        "    @ IN NS ns.dns.app.local.\n"
        "    ns.dns.app.local. IN A 10.96.0.10\n"
        "    @ IN A 192.0.2.9\n"
        "  control.local.zone: |\n"
        "    $ORIGIN control.local.\n"
        "    $TTL 30\n"
        "    @ IN SOA ns.dns.control.local. hostmaster.control.local. 1 7200 3600 1209600 30\n"
        "    @ IN NS ns.dns.control.local.\n"
        "    ns.dns.control.local. IN A 10.96.0.10\n"
        "    *.apps.control.local. IN A 192.0.2.8\n"
        "    *.apps.control.local. IN AAAA 2001:db8::8\n"
        "    vault.control.local. IN A 192.0.2.7\n"
        'clusterIP: "10.96.0.10"\n'
    )


def test_coredns_without_zones_is_cluster_dns() -> None:
    assert manifests.coredns(TEMPLATE, dns="10.96.0.10", zones={}) == (
        'Corefile: |\nclusterIP: "10.96.0.10"\n'
    )


def test_name_outside_its_zone_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r'^"vault\.other\.local" is not in the zone "app\.local"$'
    ):
        manifests.coredns(
            TEMPLATE, dns="10.96.0.10", zones={"app.local": {"vault.other.local": ["192.0.2.1"]}}
        )


def test_checked_in_template_has_all_placeholders() -> None:
    template = Path(manifests.__file__).parent.parent / "manifests" / "coredns.yaml"

    filled = manifests.coredns(template.read_text(), dns="10.96.0.10", zones={"a.test": {}})

    assert [line for line in filled.splitlines() if "@" in line and "IN" not in line] == [
        "        image: registry.k8s.io/coredns/coredns:v@COREDNS@"
    ]
