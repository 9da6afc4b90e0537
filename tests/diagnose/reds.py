"""A claim as a search for causes sees it, written down without a judge."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Red:
    requirement: str
    subject: str
    observed: str = "it is not well."
    standing: str = "fail"
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    severity: str = "critical"

    @property
    def line(self) -> str:
        return f"{self.requirement} {self.subject}: {self.observed}"
