"""The kinds of value a topology is written in: each parses strictly and names its remedy.

A kind is a pydantic type whose JSON Schema is a plain one that editors understand. A failed parse
is a `PydanticCustomError` whose context has `what` (it follows the path of the value) and `remedy`,
in which `{literal}` stands for the text as written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from trueline.intent.nearness import nearest
from trueline.intent.scalars import number_trap, truth_trap
from trueline.model.topology import Port


# Compared by identity, because pydantic hashes what annotates a type.
@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What a value is called, how it is parsed, and the JSON Schema of what may be written."""

    noun: str
    parse: Callable[[object], object]
    schema: Mapping[str, object]

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.parse)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, object]:
        return {"$comment": self.noun, **self.schema}


def failure(what: str, remedy: str) -> PydanticCustomError:
    """The error of a value that does not parse."""
    return PydanticCustomError("intent", "{what}", {"what": what, "remedy": remedy})


def text_of(value: object) -> str:
    """The value as one line of text. Raises the failure that says why it is none."""
    if isinstance(value, str):
        if not value.strip():
            raise failure("is empty", "write a text")
        if not value.isprintable() or value != value.strip():
            raise failure("is not one line of text", "write one line without spaces around it")
        return value
    if isinstance(value, bool):
        raise failure("is a truth value, not text", 'write "{literal}" in quotes if it is meant')
    if isinstance(value, int | float):
        raise failure("is a number, not text", 'write "{literal}" in quotes')
    raise failure("is no text", "write one line of text")


def matching(noun: str, pattern: str, remedy: str) -> Kind:
    """Text that fits a pattern as a whole."""
    compiled = re.compile(pattern)

    def parse(value: object) -> str:
        text = text_of(value)
        if not compiled.fullmatch(text):
            raise failure(f"is no {noun}", remedy)
        return text

    return Kind(noun, parse, {"type": "string", "pattern": f"^({pattern})$"})


def word(*allowed: str) -> Kind:
    """One of a few words."""
    listed = ", ".join(allowed[:-1]) + f" or {allowed[-1]}"

    def parse(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            near = nearest(value, allowed) if isinstance(value, str) else None
            raise failure(f"is not {listed}", f"write {near or listed}")
        return value

    return Kind("word", parse, {"type": "string", "enum": list(allowed)})


def number(least: float, most: float) -> Kind:
    """A number between two bounds, both included."""

    def parse(value: object) -> float:
        number = _numeric(value)
        if not least <= number <= most:
            raise failure(f"is not between {least:g} and {most:g}", "write a number in between")
        return float(number)

    return Kind("number", parse, {"type": "number", "minimum": least, "maximum": most})


def whole(least: int, most: int) -> Kind:
    """A whole number between two bounds, both included."""
    wanted = f"a whole number from {least} to {most}" if least < most else f"{least}"

    def parse(value: object) -> int:
        number = _numeric(value)
        if not isinstance(number, int) or not least <= number <= most:
            raise failure(f"is not {wanted}", f"write {wanted}")
        return number

    return Kind("whole number", parse, {"type": "integer", "minimum": least, "maximum": most})


def _numeric(value: object) -> int | float:
    if isinstance(value, str):
        raise failure("is text, not a number", number_trap(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise failure("is no number", "write a number")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        advice = truth_trap(value) if isinstance(value, str) else "write true or false"
        raise failure("is neither true nor false", advice)
    return value


def _date(value: object) -> date:
    text = text_of(value)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise failure("is no day of the calendar", "write a date as 2027-01-31") from None
    raise failure("is no date", "write a date as 2027-01-31")


_PORT = re.compile(r"([1-9][0-9]{0,4})/(TCP|UDP)(?:/([a-z][a-z0-9-]{0,30}))?")
_PORT_FORM = "443/TCP or 443/TCP/https"


def _port(value: object) -> Port:
    if isinstance(value, int) and not isinstance(value, bool):
        raise failure("has no protocol", "write {literal}/TCP or {literal}/UDP")
    text = text_of(value)
    if match := _PORT.fullmatch(text):
        if int(match[1]) <= 65535:
            return Port(number=int(match[1]), protocol=match[2], application=match[3])
        raise failure("is no port", "write a number from 1 to 65535")
    number, _, rest = text.partition("/")
    protocol, slash, application = rest.partition("/")
    corrected = f"{number}/{protocol.upper()}{slash}{application.lower()}"
    hint = corrected if _PORT.fullmatch(corrected) else f"it as {_PORT_FORM}"
    raise failure("is no port", f"write {hint}")


ENDS = ("vantage", "pods", "nodes", "api", "reservation", "pool", "services", "vm", "segment")
_PAIRED = ("reservation", "pool")


def _end(value: object) -> str:
    text = text_of(value)
    kind, _, name = text.partition(":")
    if kind not in ENDS:
        near = nearest(kind, ENDS)
        hint = f"write {near}:NAME" if near else f"write KIND:NAME with one of {', '.join(ENDS)}"
        raise failure("names no kind of end", hint)
    if kind in _PAIRED and not re.fullmatch(f"{NAME}/{NAME}", name):
        raise failure(f"names no {kind}", f"write {kind}:CLUSTER/NAME")
    if kind == "pods" and not re.fullmatch(f"{NAME}(/{LABEL})?", name):
        raise failure("names no pods", "write pods:CLUSTER or pods:CLUSTER/NAMESPACE")
    if kind not in (*_PAIRED, "pods") and not re.fullmatch(NAME, name):
        raise failure(f"names no {kind}", f"write {kind}:NAME")
    return text


def _fingerprint(value: object) -> str:
    text = text_of(value)
    plain = text.replace(":", "").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", plain):
        raise failure("is no SHA-256 fingerprint", "write its 64 hexadecimal digits in quotes")
    return plain


LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
NAME = rf"{LABEL}(?:\.{LABEL}){{0,7}}"
_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9a-fA-F:.]{2,45}\])"
_URL_PORT = (
    r"(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))"
)

Text = Annotated[str, Kind("text", text_of, {"type": "string", "minLength": 1})]
Name = Annotated[str, matching("name", NAME, "write lower-case letters, digits, hyphens and dots")]
Namespace = Annotated[
    str, matching("namespace", LABEL, "write lower-case letters, digits and hyphens")
]
DnsName = Annotated[
    str,
    matching(
        "DNS name",
        rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*",
        "write lower-case labels with dots between them and none at the end",
    ),
]
Owner = Annotated[str, matching("Service", f"{LABEL}/{LABEL}", "write NAMESPACE/SERVICE")]
Pod = Annotated[str, matching("pod", f"{LABEL}/{NAME}", "write NAMESPACE/POD")]
Label = Annotated[
    str,
    matching("label", r"[A-Za-z_][A-Za-z0-9_./-]{0,62}", "write letters, digits, _, -, . and /"),
]
Object = Annotated[str, matching("object", f"{LABEL}/{NAME}", "write NAMESPACE/NAME")]
Endpoint = Annotated[
    str,
    matching(
        "API endpoint",
        f"https://{_HOST}{_URL_PORT}?",
        "write https://HOST:PORT, for example https://192.0.2.10:6443",
    ),
]
Uuid = Annotated[str, matching("UID", _UUID, "write the metadata.uid of the kube-system namespace")]
RequirementId = Annotated[
    str, matching("requirement id", r"[A-Z][A-Z0-9]{1,7}-[0-9]{3}", "write it as PLAN-001")
]
Fingerprint = Annotated[
    str,
    Kind(
        "fingerprint",
        _fingerprint,
        {"type": "string", "pattern": "^([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$"},
    ),
]
Flag = Annotated[bool, Kind("true or false", _flag, {"type": "boolean"})]
Day = Annotated[
    date, Kind("date", _date, {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
]
PortField = Annotated[
    Port, Kind("port", _port, {"type": "string", "pattern": f"^{_PORT.pattern}$"})
]
End = Annotated[str, Kind("end", _end, {"type": "string", "pattern": f"^({'|'.join(ENDS)}):.+$"})]
