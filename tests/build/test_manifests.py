from pathlib import Path

import pytest

from tools.lab.build import manifests
from tools.lab.build.errors import BuildFailed


def probe(kind: str, after: int, every: int, patience: int) -> str:
    return (
        f"        {kind}Probe:\n"
        "          failureThreshold: 3\n"
        "          httpGet:\n"
        "            path: /metrics\n"
        "            port: monitoring\n"
        f"          initialDelaySeconds: {after}\n"
        f"          periodSeconds: {every}\n"
        "          successThreshold: 1\n"
        f"          timeoutSeconds: {patience}\n"
    )


STOCK = probe("liveness", 10, 10, 1) + probe("readiness", 10, 10, 1)
SECRET = (
    "---\napiVersion: v1\nkind: Secret\nmetadata:\n"
    "  name: webhook-server-cert\n  namespace: metallb-system\n"
)


def test_flannel_gets_the_pod_range_of_its_cluster() -> None:
    stock = 'net-conf.json: |\n  {\n    "Network": "10.244.0.0/16",\n    "Backend": {}\n  }\n'

    assert manifests.flannel(stock) == stock.replace("10.244.0.0/16", "@PODS@")


def test_metallb_is_ready_sooner_and_lives_longer_and_loses_the_empty_secret() -> None:
    stock = f"kind: Role\n{SECRET}---\nkind: Service\n{STOCK * 2}"

    edited = probe("liveness", 10, 10, 10) + probe("readiness", 1, 2, 1)
    assert (
        manifests.metallb(stock, "webhook-server-cert")
        == f"kind: Role\n---\nkind: Service\n{edited * 2}"
    )


def test_the_secret_of_a_newer_metallb_has_another_name() -> None:
    secret = SECRET.replace("webhook-server-cert", "metallb-webhook-cert")
    edited = probe("liveness", 10, 10, 10) + probe("readiness", 1, 2, 1)
    found = manifests.metallb(f"{secret}---\n{STOCK * 2}", certificate="metallb-webhook-cert")
    assert found == f"---\n{edited * 2}"


def test_changed_upstream_stops_the_build() -> None:
    with pytest.raises(BuildFailed) as failure:
        manifests.metallb(f"{SECRET}---\n{STOCK}", "webhook-server-cert")

    head = probe("readiness", 10, 10, 1).split("          successThreshold")[0].lstrip()
    assert str(failure.value) == f"manifest edit: expected {head!r} 2 times, found 1"


def test_strange_image_stops_the_build() -> None:
    with pytest.raises(BuildFailed) as failure:
        manifests.known("x", "image: quay.io/metallb/speaker:v0.13.12\n  - image: a.test/b:2\n")

    assert str(failure.value) == ("x.yaml names images that the lab does not build: a.test/b:2")


TEMPLATE = 'Corefile: |\n    # @SERVERS@\n  # @ZONES@\nclusterIP: "@DNS@"\nreplicas: @REPLICAS@\n'


def test_coredns_forwards_to_authorities_and_answers_for_the_rest() -> None:
    text = manifests.coredns(
        TEMPLATE,
        dns="10.96.0.10",
        forwards={"control.local": "192.0.2.1"},
        files={"app.local": "$ORIGIN app.local.\n@ IN A 192.0.2.9\n"},
        replicas=2,
    )

    assert text == (
        "Corefile: |\n"
        "    app.local:53 {\n"
        "        errors\n"
        "        file /etc/coredns/app.local.zone\n"
        "    }\n"
        "    control.local:53 {\n"
        "        errors\n"
        "        forward . 192.0.2.1 {\n"
        "            read_timeout 1500ms\n"
        "            max_connect_attempts 2\n"
        "        }\n"
        "    }\n"
        "  app.local.zone: |\n"
        "    $ORIGIN app.local.\n"
        "    @ IN A 192.0.2.9\n"
        'clusterIP: "10.96.0.10"\n'
        "replicas: 2\n"
    )


def test_coredns_without_zones_is_cluster_dns() -> None:
    assert manifests.coredns(TEMPLATE, dns="10.96.0.10", forwards={}, files={}, replicas=1) == (
        'Corefile: |\nclusterIP: "10.96.0.10"\nreplicas: 1\n'
    )


def test_checked_in_template_has_all_placeholders() -> None:
    template = Path(manifests.__file__).parent.parent / "manifests" / "coredns.yaml"

    filled = manifests.coredns(
        template.read_text(),
        dns="10.96.0.10",
        forwards={"a.test": "192.0.2.1"},
        files={},
        replicas=2,
    )

    assert [line for line in filled.splitlines() if "@" in line] == [
        "        image: registry.k8s.io/coredns/coredns:v@COREDNS@"
    ]
