"""For any valid plan: what is given is free, what is proposed passes, what is shown is whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.planning.plan_text import text_of
from tests.properties.plans import plans
from tests.properties.profiles import examples
from tests.worlds import TODAY
from trueline.intent.ledger import ledger
from trueline.intent.load import read
from trueline.model.address import Range
from trueline.model.ledger import Kind
from trueline.model.topology import Topology
from trueline.planning.allotment import for_cluster, for_nodes, for_pool, in_pools
from trueline.planning.blocks import gaps, merged, size
from trueline.planning.book import pages
from trueline.planning.headroom import head_room
from trueline.planning.judging import complaints, rulings
from trueline.planning.proposal import Asked, proposed
from trueline.planning.refusal import Exhausted
from trueline.planning.spaces import families

counts = st.integers(1, 40)


def uses(plan: Topology, *but: Kind) -> list[Range]:
    """Everything that the plan has a use for; segments are where uses are."""
    entries = ledger(plan).entries
    found = [item.range for item in entries if item.kind not in (Kind.SEGMENT, *but)]
    return found + [Range.single(item.address) for item in plan.reservations]


def is_clear(part: Range, taken: list[Range]) -> bool:
    return not any(part.shared_with(other) for other in taken)


@given(plans())
def test_entries_and_gaps_are_the_whole_block_each_address_once(plan: Topology) -> None:
    for page in pages(plan):
        leaves = [leaf.range for leaf in page.leaves()]
        assert merged(leaves) == (page.range,)
        for leaf in page.leaves():
            others = [other.range for other in page.leaves() if other.range != leaf.range]
            assert is_clear(leaf.range, others)


@given(plans())
def test_what_is_called_free_has_no_use(plan: Topology) -> None:
    for page in pages(plan):
        for leaf in page.leaves():
            if leaf.use == "free":
                assert is_clear(leaf.range, uses(plan))
            elif leaf.use == "free in the pool":
                assert is_clear(leaf.range, uses(plan, Kind.POOL))


@given(plans())
def test_every_use_is_on_a_page(plan: Topology) -> None:
    shown = {line.range for page in pages(plan) for _, line in page.walk()}
    assert {entry.range for entry in ledger(plan).entries} <= shown
    assert {Range.single(item.address) for item in plan.reservations} <= shown


@given(plans())
def test_the_next_network_is_clear_of_the_whole_ledger(plan: Topology) -> None:
    taken = [entry.range for entry in ledger(plan).entries]
    for family in families(plan.clusters[0]):
        for kind in (Kind.PODS, Kind.SERVICES):
            found = for_cluster(plan, kind, family)
            whole = Range(found.network_address, found.broadcast_address)
            assert is_clear(whole, taken)


@given(plans(), counts)
def test_the_next_pool_is_clear_of_every_use(plan: Topology, count: int) -> None:
    for segment in plan.segments:
        found = for_pool(plan, segment, count)
        assert size(found) == count
        assert all(segment.cidr.range.holds(part) for part in found)
        taken = [*uses(plan), *map(Range.single, segment.unusable)]
        assert all(is_clear(part, taken) for part in found)


@given(plans(), counts)
def test_the_next_nodes_are_clear_of_every_use_but_leases(plan: Topology, count: int) -> None:
    for cluster in plan.clusters:
        for family in families(cluster):
            found = for_nodes(plan, cluster, family, count)
            assert len(set(found)) == count
            taken = uses(plan, Kind.DHCP)
            assert all(is_clear(Range.single(each), taken) for each in found)


@given(plans(), counts)
def test_the_next_address_is_of_the_pool_and_nobodys(plan: Topology, count: int) -> None:
    for cluster in plan.clusters:
        for family in families(cluster):
            try:
                found = in_pools(plan, cluster, family, count)
            except Exhausted:
                free = [
                    gap
                    for pool in cluster.pools
                    for part in pool.ranges
                    if part.version == family
                    for gap in gaps(part, uses(plan, Kind.POOL))
                ]
                assert size(free) < count
                continue
            assert len({address for address, _ in found}) == count
            for address, pool in found:
                assert pool.holds(address)
                assert is_clear(Range.single(address), uses(plan, Kind.POOL))


@given(plans())
def test_no_space_gives_out_more_or_less_than_it_has(plan: Topology) -> None:
    for space in head_room(plan):
        if space.used is not None and space.free is not None:
            assert 0 <= space.used <= space.capacity
            assert space.used + space.free == space.capacity


@examples(0.3)
@given(plans(), st.booleans(), st.integers(0, 2), st.integers(0, 3), st.integers(0, 20))
def test_what_is_proposed_passes_every_check_of_the_plan(
    plan: Topology, flow: bool, clusters: int, nodes: int, addresses: int
) -> None:
    text = text_of(plan, flow=flow)
    assert complaints(rulings(read(text.encode(), "plan.yaml"), TODAY)) == ()
    first = plan.clusters[0]
    asked = Asked(
        clusters=clusters,
        nodes={first.name: nodes} if nodes else {},
        addresses={str(first.pools[0]): addresses} if addresses else {},
    )
    found = proposed(text.encode(), "plan.yaml", asked, TODAY)
    new = read(found.text.encode(), "plan.yaml")
    assert complaints(rulings(new, TODAY)) == ()
    assert len(new.clusters) == len(plan.clusters) + clusters
    assert len(new.clusters[0].nodes) == len(first.nodes) + nodes
    grown = size(new.clusters[0].pools[0].ranges) - size(first.pools[0].ranges)
    assert grown == addresses
    # Nothing that was planned is lost or otherwise.
    assert [str(item) for item in plan.nodes if str(item) not in map(str, new.nodes)] == []
    assert {item.name: item.address for item in plan.vms}.items() <= {
        item.name: item.address for item in new.vms
    }.items()
