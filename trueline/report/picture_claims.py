"""Which claims are shown where: by the parts of the network that each is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trueline.model.topology import Cluster, Node, Pool, Reservation, Segment, Topology, Vm
from trueline.report.journal import Entry
from trueline.report.tally import Tally, tally

_WAY = "path:"


class Shown:
    """The claims of a run by part, and which of them were shown at some thing already."""

    def __init__(self, plan: Topology, entries: Sequence[Entry]) -> None:
        self.plan = plan
        self.entries = entries
        self._by_part: dict[str, list[int]] = {}
        self._by_cluster: dict[str, list[int]] = {}
        self._seen: set[int] = set()
        for number, entry in enumerate(entries):
            for name in entry.cluster.split("+"):
                self._by_cluster.setdefault(name, []).append(number)
            for part in entry.about:
                self._by_part.setdefault(part, []).append(number)

    def node(self, node: Node) -> Tally:
        """What is claimed about a node and its addresses."""
        return self._at(f"node:{node}", *(f"address:{address}" for address in node.addresses))

    def pool(self, pool: Pool) -> Tally:
        """What is claimed about a pool and its addresses that nobody reserved."""
        return self._at(f"pool:{pool}")

    def reservation(self, item: Reservation) -> Tally:
        """What is claimed about a reserved address, its Service and the product behind it."""
        products = self._products(f"reservation:{item}")
        service = f"service:{item.cluster}/{item.owner}"
        return self._at(f"address:{item.address}", service, *products)

    def vm(self, vm: Vm) -> Tally:
        """What is claimed about a VM, its address and the product on it."""
        parts = [f"vm:{vm}", *self._products(f"vm:{vm}")]
        return self._at(*parts, *([f"address:{vm.address}"] if vm.address else []))

    def segment(self, segment: Segment) -> Tally:
        """What is claimed about a segment and its gateway."""
        gateway = [f"address:{segment.gateway}"] if segment.gateway else []
        return self._at(f"segment:{segment}", *gateway)

    def cluster(self, cluster: Cluster) -> Tally:
        """Every claim about a cluster and what is in it; one about two is shown at both."""
        return tally(entry for _, entry in self._of(cluster))

    def rest(self, cluster: Cluster) -> Tally:
        """The claims about a cluster that were not shown at any thing in it."""
        return tally(entry for number, entry in self._of(cluster) if number not in self._seen)

    def _of(self, cluster: Cluster) -> Iterator[tuple[int, Entry]]:
        for number in self._by_cluster.get(cluster.name, ()):
            yield number, self.entries[number]

    def ways(self) -> Iterator[tuple[str, str, Entry]]:
        """(source, target, claim) of what is about a way between two ends."""
        for part, numbers in self._by_part.items():
            if part.startswith(_WAY):
                source, _, target = part.removeprefix(_WAY).partition(">")
                for number in numbers:
                    self._seen.add(number)
                    yield source, target, self.entries[number]

    def silent(self, pool: str) -> Iterator[Entry]:
        """The claims about addresses of a pool (CLUSTER/NAME) that nobody reserved."""
        for number in self._by_part.get(f"pool:{pool}", ()):
            entry = self.entries[number]
            if any(part.startswith("address:") for part in entry.about):
                yield entry

    def elsewhere(self) -> Iterator[Entry]:
        """The claims that are about no cluster and were shown nowhere."""
        clusters = {cluster.name for cluster in self.plan.clusters}
        for number, entry in enumerate(self.entries):
            if number not in self._seen and clusters.isdisjoint(entry.cluster.split("+")):
                yield entry

    def _products(self, end: str) -> Iterable[str]:
        return [f"product:{item}" for item in self.plan.products if item.target == end]

    def _at(self, *parts: str) -> Tally:
        numbers = sorted({number for part in parts for number in self._by_part.get(part, ())})
        self._seen.update(numbers)
        return tally(self.entries[number] for number in numbers)
