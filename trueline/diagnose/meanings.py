"""What an HTTP answer of a product says, and what to look at next; each with its source.

A meaning says what was seen and what that rules out. `body` is what tells it from other answers of
the same status: a part of the body, `NO_BODY`, or `ANY`, which stands last.
"""

from __future__ import annotations

from dataclasses import dataclass

ANY = ""
NO_BODY = "\0"  # the answer has no body

KUBE = "kubectl --context {context}"
OWN = f"{KUBE} -n {{namespace}}"  # the namespace of the product
LOGS = f"{OWN} logs --all-containers --tail=50 service/{{service}}"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One answer: how its body is known, what it says, a command (see `commands`), the source."""

    body: str
    says: str
    look: str
    source: str

    def fits(self, body: str) -> bool:
        """Whether an answer with this body is meant."""
        return not body if self.body == NO_BODY else self.body in body


Table = dict[tuple[str, str, int], tuple[Meaning, ...]]
"""By product, step and status; the first meaning that fits is the one."""
