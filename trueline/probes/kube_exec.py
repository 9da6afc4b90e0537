"""Run a command in a pod through the Kubernetes API (the exec subresource over a WebSocket)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from trueline.probes.kube_client import IMPORTING


class ExecFailed(Exception):
    """The command could not be run, or ended with an error; one line of reason."""


def run(
    argv: Sequence[str],
    *,
    namespace: str,
    pod: str,
    context: str,
    kubeconfig: Path | None,
    timeout: float,
) -> str:
    """Give the standard output of `argv` run in the first container of a pod.

    Waits at most `timeout` seconds. Raises ExecFailed when the pod is not there, the API refuses,
    or the command fails or does not end in time.
    """
    with IMPORTING:
        from kubernetes import client, config
        from kubernetes.stream import stream

        core = client.CoreV1Api

    try:
        api = config.new_client_from_config(
            config_file=str(kubeconfig) if kubeconfig else None, context=context
        )
        session = stream(
            core(api).connect_get_namespaced_pod_exec,
            pod,
            namespace,
            command=list(argv),
            stdin=False,
            stdout=True,
            stderr=True,
            tty=False,
            _preload_content=False,
        )
    except (client.ApiException, config.ConfigException, OSError) as error:
        reason = getattr(error, "reason", None) or str(error)
        raise ExecFailed(" ".join(str(reason).split())[:300]) from error
    try:
        session.run_forever(timeout=timeout)
        if session.is_open():
            raise ExecFailed(f"no end within {timeout:g} s")
        output, complaint = session.read_stdout(), session.read_stderr()
        status = json.loads(session.read_channel(3) or "{}")
    finally:
        session.close()
        # When the server closed first, close() leaves the socket to the garbage collector.
        session.sock.shutdown()
    if status.get("status") != "Success":
        reason = complaint.strip().splitlines()[-1:] or [status.get("message", "no exit status")]
        raise ExecFailed(str(reason[0])[:300])
    return str(output)
