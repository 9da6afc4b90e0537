"""Addresses as values: what was written, what it means, and how ranges meet.

A CIDR keeps its literal text beside the masked network, because the two can differ
(`10.97.0.0/12` *is* 10.96.0.0/12, kubernetes/kubernetes#76864) and only the masked network is real.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
    summarize_address_range,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def address_of(text: str) -> Address | None:
    """The address that a text writes; None for a name and everything else."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def in_url(host: str | Address) -> str:
    """A host as URLs and the header `Host` have it: IPv6 in brackets (RFC 3986, section 3.2.2)."""
    return f"[{host}]" if ":" in str(host) else str(host)


@dataclass(frozen=True, slots=True)
class Cidr:
    """A network as somebody wrote it, and as it takes effect."""

    literal: str
    network: Network

    @classmethod
    def parse(cls, text: str) -> Cidr:
        """Read `address/prefix`; host bits are kept in the literal and masked in the network.

        Raises ValueError when the text is no network of either family.
        """
        if "/" not in text:
            raise ValueError(f"{text!r} has no prefix length")
        return cls(text, ip_network(text, strict=False))

    @property
    def has_host_bits(self) -> bool:
        """Whether the literal names an address beyond its own prefix."""
        return ip_address(self.literal.split("/", 1)[0]) != self.network.network_address

    @property
    def range(self) -> Range:
        """The addresses from network to broadcast, both included."""
        first = self.network.network_address
        hosts = first.max_prefixlen - self.network.prefixlen
        # `broadcast_address` takes three times as long as everything else here together.
        return Range(first, type(first)(int(first) | (1 << hosts) - 1))

    def __str__(self) -> str:
        return self.literal


@dataclass(frozen=True, slots=True)
class Range:
    """Addresses `first` to `last`, both included, of one family."""

    first: Address
    last: Address

    def __post_init__(self) -> None:
        if self.first.version != self.last.version:
            raise ValueError(f"{self.first} and {self.last} are of different families")
        if int(self.first) > int(self.last):
            raise ValueError(f"{self.first} comes after {self.last}")

    @classmethod
    def parse(cls, text: str) -> Range:
        """Read `first-last`, `address/prefix` or a single address. Raises ValueError otherwise."""
        if "-" in text:
            first, last = (ip_address(part.strip()) for part in text.split("-", 1))
            return cls(first, last)
        if "/" in text:
            return Cidr.parse(text).range
        return cls.single(ip_address(text))

    @classmethod
    def single(cls, address: Address) -> Range:
        """The range that holds one address."""
        return cls(address, address)

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.first.version

    @property
    def size(self) -> int:
        """How many addresses the range holds."""
        return int(self.last) - int(self.first) + 1

    def holds(self, other: Address | Range) -> bool:
        """Whether an address, or a whole range, lies inside this one."""
        inner = other if isinstance(other, Range) else Range.single(other)
        return (
            inner.version == self.version
            and int(self.first) <= int(inner.first)
            and int(inner.last) <= int(self.last)
        )

    def shared_with(self, other: Range) -> Range | None:
        """The addresses both ranges hold, or None."""
        if other.version != self.version:
            return None
        first = self.first if int(self.first) >= int(other.first) else other.first
        last = self.last if int(self.last) <= int(other.last) else other.last
        return Range(first, last) if int(first) <= int(last) else None

    def addresses(self) -> tuple[Address, ...]:
        """Every address, in order. The caller bounds the size."""
        kind = type(self.first)
        return tuple(kind(number) for number in range(int(self.first), int(self.last) + 1))

    def __str__(self) -> str:
        if self.first == self.last:
            return str(self.first)
        blocks = list(summarize_address_range(self.first, self.last))
        return str(blocks[0]) if len(blocks) == 1 else f"{self.first}-{self.last}"
