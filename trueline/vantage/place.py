"""Where a batch of probes runs: this host, or a pod through exec. One protocol, one probe code.

Both take the same batch and give the same facts, so a check compares vantage points without knowing
how they were reached.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from trueline.model.observation import TcpFact
from trueline.probes import kube_exec, tcp

Target = tuple[str, int]


class Place(Protocol):
    """A vantage point that can run a batch."""

    @property
    def name(self) -> str:
        """The name the plan gives it."""
        ...

    def connect(self, targets: Sequence[Target], *, timeout: float) -> tuple[TcpFact, ...]:
        """Try TCP to every (address, port), all at once, `timeout` seconds each.

        Raises Unreachable when the vantage point itself cannot be used.
        """
        ...


class Unreachable(Exception):
    """A vantage point could not run the batch; the text says why."""


@dataclass(frozen=True)
class Host:
    """The network namespace this process runs in."""

    name: str

    def connect(self, targets: Sequence[Target], *, timeout: float) -> tuple[TcpFact, ...]:
        """As `Place.connect`."""
        return _facts(tcp.connect(_batch(targets), timeout))


@dataclass(frozen=True)
class Pod:
    """A running pod with Python 3, reached by exec.

    `pod` is `namespace/name`, `kubeconfig` one path or several, as in KUBECONFIG; `api_timeout` is
    how many seconds the API may take beside the probe itself.
    """

    name: str
    pod: str
    context: str
    kubeconfig: str
    api_timeout: float

    def connect(self, targets: Sequence[Target], *, timeout: float) -> tuple[TcpFact, ...]:
        """As `Place.connect`: the probe's own source runs in the pod."""
        source = inspect.getsource(tcp)
        argv = ["python3", "-c", source, json.dumps(_batch(targets)), str(timeout)]
        namespace, _, name = self.pod.partition("/")
        try:
            text = kube_exec.run(
                argv,
                namespace=namespace,
                pod=name,
                context=self.context,
                kubeconfig=self.kubeconfig,
                timeout=self.api_timeout + timeout,
            )
            facts = _facts(json.loads(text))
        except kube_exec.ExecFailed as error:
            raise Unreachable(f"pod {self.pod} ran no probe: {error}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise Unreachable(f"pod {self.pod} answered with something else: {error}") from error
        if [(fact.address, fact.port) for fact in facts] != list(targets):
            raise Unreachable(f"pod {self.pod} answered for other targets than it was asked for")
        return facts


def _batch(targets: Sequence[Target]) -> list[dict[str, Any]]:
    return [{"address": address, "port": port} for address, port in targets]


def _facts(results: list[dict[str, Any]]) -> tuple[TcpFact, ...]:
    return tuple(TcpFact(**result) for result in results)
