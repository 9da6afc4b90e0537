"""Promtail, which ships the logs of a cluster's pods to Loki.

The reference network names Fluent Bit. No package registry has a build of it, so promtail, Loki's
own shipper, takes its place, labelled as a substitute.
"""

from __future__ import annotations

import shlex
from typing import Any

from tools.lab import workloads
from tools.lab.addons import BASE
from tools.lab.build import images
from tools.lab.kubeapi import Object
from tools.lab.products import programs
from tools.lab.products.telemetry import Server, selector
from trueline.model.product import Sender

SUBSTITUTE = {"trueline.lab/substitute-for": "fluent-bit"}
JOB = "pods"
HEARTBEAT = "heartbeat"
_LOGS = "/var/log/pods"
_PORT = 9080


def objects(server: Server, sender: Sender) -> list[Object]:
    """The namespace, the shippers and the heartbeat of one delivery."""
    space = workloads.namespace(sender.namespace)
    return [space, *programs.objects(shipper(server, sender)), heartbeat(server, sender)]


def shipper(server: Server, sender: Sender) -> programs.Program:
    """The shipper `PRODUCT-promtail` in the sender's namespace, on every worker."""
    name = f"{server.plan.name}-promtail"
    return programs.Program(
        namespace=sender.namespace,
        name=name,
        image=images.PROMTAIL_IMAGE,
        args=(f"-config.file=/etc/{name}/promtail.yaml",),
        config={"promtail.yaml": config(server, sender)},
        ready=(_PORT, "/ready"),
        ports=(_PORT,),
        host_paths=(_LOGS,),
        labels=SUBSTITUTE,
    )


def heartbeat(server: Server, sender: Sender) -> Object:
    """A pod `PRODUCT-heartbeat` that logs a line every two seconds.

    A quiet cluster could not be told from one whose logs are lost.
    """
    name = f"{server.plan.name}-{HEARTBEAT}"
    line = f"heartbeat of {sender.cluster}"
    container = {
        "name": HEARTBEAT,
        "image": images.TOOLS,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", f"while echo {shlex.quote(line)}; do sleep 2; done"],
        "securityContext": programs.confined(programs.NOBODY),
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": name,
            "namespace": sender.namespace,
            "labels": {"app": name, **BASE},
        },
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {
                    "automountServiceAccountToken": False,
                    "terminationGracePeriodSeconds": 1,
                    "containers": [container],
                },
            },
        },
    }


def config(server: Server, sender: Sender) -> dict[str, Any]:
    """promtail.yaml: every container's log, with the planned tenant and labels.

    A line gets the labels `namespace`, `pod` and `container` from the path of its file, which the
    kubelet makes of them.
    """
    client: dict[str, Any] = {
        "url": f"http://{server.host}:{server.port}/loki/api/v1/push",
        "external_labels": dict(sender.labels),
        "batchwait": "250ms",
        "timeout": "5s",
        # A Loki that comes back is not kept waiting, and nothing is given up meanwhile.
        "backoff_config": {"min_period": "100ms", "max_period": "1s", "max_retries": 0},
    }
    if server.plan.tenant:
        client["tenant_id"] = server.plan.tenant
    path = rf"^{_LOGS}/(?P<namespace>[^_/]+)_(?P<pod>[^_/]+)_[^/]+/(?P<container>[^/]+)/"
    names = {"namespace": None, "pod": None, "container": None}
    return {
        "server": {"http_listen_port": _PORT, "grpc_listen_port": 0, "log_level": "warn"},
        "positions": {"filename": "/data/positions.yaml"},
        "target_config": {"sync_period": "1s"},
        "clients": [client],
        "scrape_configs": [
            {
                "job_name": JOB,
                "pipeline_stages": [
                    {"cri": {}},
                    {"regex": {"source": "filename", "expression": path}},
                    {"labels": names},
                    {"labeldrop": ["filename"]},
                ],
                "static_configs": [{"labels": {"job": JOB, "__path__": f"{_LOGS}/*/*/*.log"}}],
            }
        ],
    }


def fresh(sender: Sender) -> str:
    """LogQL for the heartbeats of a sender within the last ten seconds."""
    labels = {"job": JOB, "container": HEARTBEAT, **sender.labels}
    return f"sum(count_over_time({selector(labels)}[10s]))"
