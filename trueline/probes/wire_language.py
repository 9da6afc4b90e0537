"""The two ways to ask who holds an address: ARP for IPv4, neighbour discovery for IPv6."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from trueline.model.address import Address
from trueline.probes import arp_frames, ndp_frames
from trueline.probes.interfaces import Interface


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How a question is put, and what frames mean.

    `asking` makes, for one's own interface, what makes the frame for an address (`of` a MAC, where
    only one machine is asked). `heard` is who answered for which address, `about` which address a
    frame asks or answers for; None for frames of other kinds. `again` marks frames that say the
    same.
    """

    version: int
    address: Callable[[bytes], Address]
    asking: Callable[[Interface], Callable[..., bytes]]
    heard: Callable[[bytes], tuple[str, Any] | None]
    about: Callable[[bytes], bytes | None]
    again: Callable[[bytes], bytes]


ARP = Language(
    version=4,
    address=IPv4Address,
    asking=lambda own: arp_frames.Question(own).for_address,
    heard=arp_frames.heard,
    about=arp_frames.about,
    again=lambda frame: frame[22:32],  # the sender's MAC and address
)
NDP = Language(
    version=6,
    address=IPv6Address,
    asking=lambda own: ndp_frames.Solicitation(own).for_address,
    heard=ndp_frames.advertised,
    about=ndp_frames.about,
    again=lambda frame: frame[6:12] + frame[62:86],  # sender, address, the first option
)


def language(targets: Sequence[Address]) -> Language:
    """The language in which some addresses are asked for. Raises ValueError for both families."""
    versions = {target.version for target in targets}
    if len(versions) > 1:
        raise ValueError("a sweep asks for addresses of one family, IPv4 or IPv6")
    return NDP if versions == {6} else ARP
