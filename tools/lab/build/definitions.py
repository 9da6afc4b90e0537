"""Definitions of kinds (CustomResourceDefinition) without what no program reads."""

from __future__ import annotations

from typing import Any


def without_prose(value: Any) -> Any:
    """A schema without descriptions; a property may be called `description`, and stays.

    They are most of a definition, and every API server would read, store and publish them.
    """
    if isinstance(value, list):
        return [without_prose(item) for item in value]
    if isinstance(value, dict):
        return {
            key: without_prose(item)
            for key, item in value.items()
            if key != "description" or not isinstance(item, str)
        }
    return value
