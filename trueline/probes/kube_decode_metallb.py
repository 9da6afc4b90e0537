"""Raw JSON of MetalLB's custom resources into facts. Pure."""

from __future__ import annotations

from typing import Any

from trueline.model.address import Range
from trueline.model.observation import AdvertisementFact, PoolFact, SelectorFact

Json = dict[str, Any]


def pool(item: Json) -> PoolFact:
    """An IPAddressPool; entries that are no range are kept as text in `unreadable`."""
    spec = item.get("spec") or {}
    ranges, unreadable = [], []
    for text in spec.get("addresses") or ():
        try:
            ranges.append(Range.parse(text))
        except ValueError:
            unreadable.append(text)
    return PoolFact(
        name=item["metadata"]["name"],
        ranges=tuple(ranges),
        # The API server fills in the default, true; only an explicit false switches it off.
        auto_assign=spec.get("autoAssign") is not False,
        unreadable=tuple(unreadable),
    )


def labels(item: Json) -> dict[str, str]:
    """The labels of an object, by which advertisements select pools."""
    return dict(item["metadata"].get("labels") or {})


def advertisement(item: Json) -> AdvertisementFact:
    """An L2Advertisement."""
    spec = item.get("spec") or {}
    return AdvertisementFact(
        name=item["metadata"]["name"],
        pools=tuple(spec.get("ipAddressPools") or ()),
        pool_selectors=tuple(_selector(one) for one in spec.get("ipAddressPoolSelectors") or ()),
        node_selectors=tuple(_selector(one) for one in spec.get("nodeSelectors") or ()),
        interfaces=tuple(spec.get("interfaces") or ()),
    )


def _selector(one: Json) -> SelectorFact:
    return SelectorFact(
        match_labels=dict(one.get("matchLabels") or {}),
        expressions=tuple(
            (entry["key"], entry["operator"], tuple(entry.get("values") or ()))
            for entry in one.get("matchExpressions") or ()
        ),
    )
