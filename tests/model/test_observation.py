from __future__ import annotations

from ipaddress import ip_address

import pytest

from trueline.model.frame import NeighbourReply
from trueline.model.observation import NotObserved, SegmentFacts, ServiceFact

FACTS = SegmentFacts(
    segment="lan",
    interface="eth0",
    window=1.0,
    replies={
        "192.0.2.1": (
            NeighbourReply(mac="02:00:00:00:00:01", after=0.1),
            NeighbourReply(mac="02:00:00:00:00:02", after=0.2),
            NeighbourReply(mac="02:00:00:00:00:01", after=0.3),
        ),
        "192.0.2.2": (),
    },
)


def test_every_responder_of_an_address_is_known() -> None:
    assert FACTS.macs(ip_address("192.0.2.1")) == {"02:00:00:00:00:01", "02:00:00:00:00:02"}


def test_silence_is_an_answer() -> None:
    assert FACTS.macs(ip_address("192.0.2.2")) == frozenset()


def test_an_address_that_was_not_asked_is_a_gap() -> None:
    with pytest.raises(NotObserved, match=r"^192.0.2.3 was not asked for on segment lan$"):
        FACTS.macs(ip_address("192.0.2.3"))


def test_a_service_is_known_by_namespace_and_name() -> None:
    service = ServiceFact(
        namespace="shop",
        name="web",
        type="LoadBalancer",
        cluster_ips=(),
        ingress=(),
        ports=(),
        annotations={},
        load_balancer_ip=None,
        load_balancer_class=None,
        external_traffic_policy=None,
        source_ranges=(),
        selector={},
    )
    assert service.key == "shop/web"
