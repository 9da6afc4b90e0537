"""A vantage point in a running pod."""

from __future__ import annotations

from dataclasses import dataclass

from trueline.model.probe import Answer
from trueline.probes import kube_exec
from trueline.vantage.place import Place, Talk
from trueline.vantage.program import LOADER, Batch, Unreachable, line, longest, program, read


@dataclass(frozen=True)
class Pod(Place):
    """A running pod with Python 3, reached by exec.

    `pod` is `namespace/name`; `container` names one of several. `kubeconfig` is one path or
    several, as in KUBECONFIG; `api_timeout` is how many seconds the API may take beside the probes.
    """

    pod: str
    context: str
    kubeconfig: str
    api_timeout: float
    container: str | None = None

    def talk(self) -> Talk:
        """As `Place.talk`, by one exec for all batches."""
        namespace, _, name = self.pod.partition("/")
        session = kube_exec.Session(
            ["python3", "-c", LOADER],
            namespace=namespace,
            pod=name,
            container=self.container,
            context=self.context,
            kubeconfig=self.kubeconfig,
        )
        return _Exec(self, session)


@dataclass(frozen=True)
class _Exec:
    """The probe program in a pod, which waits for the next batch; started anew where it ended."""

    pod: Pod
    session: kube_exec.Session

    def ask(self, batch: Batch) -> dict[str, Answer]:
        """As `Asking.ask`."""
        who = f"pod {self.pod.pod}"
        runs = self.session.runs()
        if not runs:
            self.session.close()
        given = line(batch) if runs else program() + line(batch)
        try:
            text = self.session.say(given, self.pod.api_timeout + longest(batch))
        except kube_exec.ExecFailed as error:
            raise Unreachable(f"{who} ran no probe: {error}") from error
        return read(text, batch, who)

    def close(self) -> None:
        """The program ends."""
        self.session.close()
