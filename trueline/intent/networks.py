"""How addresses, networks and ranges are written. Strict: one spelling, no silent masking."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated

from trueline.intent.fields import Kind, failure, text_of
from trueline.model import address as model

# What is wrong with a value that is nothing of the kind, and what to write.
_ADDRESS = ("is no IP address", "an address, for example 192.0.2.10 or 2001:db8::10")
_NETWORK = ("is no network", "a network, for example 192.0.2.0/24 or 2001:db8::/64")
_RANGE = ("is no range", "a range, for example 192.0.2.10-192.0.2.19")
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


def _address_in(text: str, what: str, example: str) -> model.Address:
    """The address. Raises the failure that says why it is none, `what` if nothing else."""
    if "%" in text:
        raise failure("has a zone", "write the address without %zone")
    try:
        return ip_address(text)
    except ValueError:
        without = _ZEROS.sub("", text)
        if without != text and re.fullmatch(r"[0-9.]{7,15}", without):
            raise failure("has leading zeros", f"write {without}") from None
        if "/" in text:
            raise failure("is a network, not an address", "write it without prefix") from None
        raise failure(what, f"write {example}") from None


def _address(value: object) -> model.Address:
    return _address_in(_text(value, *_ADDRESS), *_ADDRESS)


def _text(value: object, what: str, example: str) -> str:
    """The value as text; unquoted, `10.0` is a number and no beginning of an address."""
    if isinstance(value, int | float):
        raise failure(what, f"write {example}")
    return text_of(value)


def _cidr_in(text: str) -> model.Cidr:
    base, slash, prefix = text.partition("/")
    address = _address_in(base, *_NETWORK)
    bits = address.max_prefixlen
    if not slash:
        raise failure("has no prefix length", f"write {base}/{24 if bits == 32 else 64}")
    if not re.fullmatch(r"0|[1-9][0-9]{0,2}", prefix) or int(prefix) > bits:
        raise failure("has no valid prefix length", f"write a number from 0 to {bits} after the /")
    return model.Cidr.parse(text)


def _cidr(value: object) -> model.Cidr:
    return _cidr_in(_text(value, *_NETWORK))


def _range(value: object) -> model.Range:
    text = _text(value, *_RANGE)
    if "-" in text:
        first_text, last_text = (part.strip() for part in text.split("-", 1))
        first = _address_in(first_text, *_RANGE)
        if re.fullmatch(r"[0-9]{1,3}", last_text) and first.version == 4:
            stem = first_text.rpartition(".")[0]
            raise failure("ends in a bare number", f"write {first_text}-{stem}.{last_text}")
        last = _address_in(last_text, *_RANGE)
        if first.version != last.version:
            raise failure("mixes IPv4 and IPv6", "write two addresses of one family")
        if int(first) > int(last):
            raise failure("ends before it starts", f"write {last_text}-{first_text}")
        return model.Range(first, last)
    if "/" in text:
        cidr = _cidr_in(text)
        if cidr.has_host_bits:
            # A Range keeps no literal, so nothing behind the loader could see this.
            raise failure("has host bits", f"write {cidr.network} or FIRST-LAST")
        return cidr.range
    return model.Range.single(_address_in(text, *_RANGE))


_TEXT = "string"
AddressField = Annotated[
    model.Address,
    Kind("address", _address, {"type": _TEXT, "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}),
]
CidrField = Annotated[
    model.Cidr, Kind("network", _cidr, {"type": _TEXT, "pattern": "^[0-9a-fA-F:.]+/[0-9]{1,3}$"})
]
RangeField = Annotated[
    model.Range,
    Kind(
        "range",
        _range,
        {"type": _TEXT, "pattern": "^[0-9a-fA-F:.]+( ?- ?[0-9a-fA-F:.]+|/[0-9]{1,3})?$"},
    ),
]
