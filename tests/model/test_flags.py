"""The flags of API servers, as their pods show them."""

from __future__ import annotations

from dataclasses import replace

from tests.live import facts_for
from tests.worlds import world
from trueline.model.flags import SERVICE_RANGE_FLAG, service_ranges_told

POD = replace(
    facts_for(world())["app"].pods.value[0],
    name="api-1",
    images={"kube-apiserver": "registry.test/kube-apiserver:1"},
    arguments=(
        "--cluster-cidr=10.1.0.0/16",
        SERVICE_RANGE_FLAG,
        f"{SERVICE_RANGE_FLAG}=10.2.0.0/16",
    ),
)


def test_only_an_api_server_tells_the_service_range_and_only_by_a_value() -> None:
    other = replace(POD, name="other", images={"kube-controller-manager": "x:1"})
    bare = replace(POD, name="api-2", arguments=())
    assert list(service_ranges_told([POD, other, bare])) == [("api-1", "10.2.0.0/16")]
