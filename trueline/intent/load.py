"""topology.yaml to `Topology`, or every reason why not.

bytes -> document (size, encoding) -> tree (YAML, lines) -> schema -> build
└─> references
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from trueline.intent import document, references, tree
from trueline.intent.build import build
from trueline.intent.explain import explain
from trueline.intent.fault import MOST, Fault, InvalidTopology
from trueline.intent.schema import TopologyForm
from trueline.model.topology import Topology

__all__ = ["Fault", "InvalidTopology", "load", "read"]


def load(path: Path) -> Topology:
    """The topology in the file. Raises InvalidTopology with every error, each with its line.

    Lines are shown as `path:line`, the path as given. An unreadable file is an error of line 1.
    """
    return read(document.bytes_of(path, str(path)), str(path))


def read(data: bytes, file: str) -> Topology:
    """The topology in the bytes of `file`, which is only named. Raises as `load`."""
    content = tree.read(document.text_of(data, file), file)
    faults = list(content.faults)
    faults += islice(references.dangling(content), MOST)
    faults += islice(references.repeated_flows(content), MOST)
    faults += islice(references.unreserved_drills(content), MOST)
    try:
        form = TopologyForm.model_validate(content.data)
    except ValidationError as error:
        raise InvalidTopology([*faults, *explain(error, content)]) from None
    if faults:
        raise InvalidTopology(faults)
    return build(form, content)
