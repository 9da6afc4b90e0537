"""Facts to JSON and back, so that workers share them and a run can be judged again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from trueline.model.drill import Drilled
from trueline.model.observation import ClusterFacts, Wire
from trueline.model.probe import Answers
from trueline.observe.whole import write_whole

VERSION = 1  # of the written form; a change that an older reader would misread raises it

T = TypeVar("T")


class DamagedStore(Exception):
    """A file of stored facts cannot be read; the text says which, why and what to do."""


class Part(Generic[T]):
    """One kind of stored facts: a JSON object `{"trueline": kind, "version": n, "facts": ...}`."""

    def __init__(self, kind: str, shape: Any) -> None:
        self.kind = kind
        self._adapter: TypeAdapter[T] = TypeAdapter(shape)

    def dump(self, facts: T) -> str:
        """The facts as JSON text."""
        plain = self._adapter.dump_python(facts, mode="json")
        return to_json({"trueline": self.kind, "version": VERSION, "facts": plain}).decode()

    def parse(self, text: str, *, name: str = "the stored text") -> T:
        """The facts in a text that `dump` made. Raises DamagedStore; `name` is for its message."""
        try:
            outer = from_json(text)
        except ValueError as error:
            raise _damaged(name, f"is not whole JSON ({error})") from error
        if not isinstance(outer, dict) or outer.get("trueline") != self.kind:
            raise _damaged(name, f"does not hold {self.kind} facts")
        if outer.get("version") != VERSION:
            raise _damaged(
                name, f"has version {outer.get('version')}, this release reads {VERSION}"
            )
        try:
            # As JSON, and strictly: a number or `true` is no address.
            return self._adapter.validate_json(to_json(outer.get("facts")), strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(step) for step in first["loc"])
            raise _damaged(name, f"is damaged at {where or 'its top'}: {first['msg']}") from error

    def save(self, path: Path, facts: T) -> None:
        """Write the facts to a file, whole or not at all."""
        write_whole(path, self.dump(facts))

    def load(self, path: Path) -> T:
        """Read the facts from a file. Raises DamagedStore, also for a file that is not there."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise _damaged(str(path), f"cannot be read ({reason})") from error
        return self.parse(text, name=str(path))


def _damaged(name: str, what: str) -> DamagedStore:
    return DamagedStore(f"{name} {what}. Delete it and run again to observe afresh.")


CLUSTERS: Part[dict[str, ClusterFacts]] = Part("clusters", dict[str, ClusterFacts])
WIRE: Part[Wire] = Part("wire", Wire)
DRILLED: Part[Drilled] = Part("drills", Drilled)
ANSWERS: Part[Answers] = Part("answers", Answers)
