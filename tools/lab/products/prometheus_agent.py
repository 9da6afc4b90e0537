"""Prometheus in agent mode: it scrapes itself and pushes by remote write."""

from __future__ import annotations

from typing import Any

from tools.lab import workloads
from tools.lab.build import images
from tools.lab.kubeapi import Object
from tools.lab.products import programs
from tools.lab.products.telemetry import Server, selector
from trueline.model.product import Sender

JOB = "prometheus-agent"
_PORT = 9090


def objects(server: Server, sender: Sender) -> list[Object]:
    """The namespace and the agent of one delivery."""
    space = workloads.namespace(sender.namespace)
    return [space, *programs.objects(agent(server, sender))]


def agent(server: Server, sender: Sender) -> programs.Program:
    """The agent `PRODUCT-agent` in the sender's namespace."""
    name = f"{server.plan.name}-agent"
    return programs.Program(
        namespace=sender.namespace,
        name=name,
        image=images.PROMETHEUS_IMAGE,
        args=(
            "--agent",
            f"--config.file=/etc/{name}/prometheus.yml",
            f"--web.listen-address=:{_PORT}",
            "--storage.agent.path=/data",
            # Targets are looked at every 5 s else, and the first sample is that much later.
            "--scrape.discovery-reload-interval=100ms",
            "--log.level=warn",
        ),
        config={"prometheus.yml": config(server, sender)},
        ready=(_PORT, "/-/ready"),
        ports=(_PORT,),
    )


def config(server: Server, sender: Sender) -> dict[str, Any]:
    """prometheus.yml: itself every two seconds, pushed at once, with the planned labels."""
    return {
        "global": {
            "scrape_interval": "2s",
            "scrape_timeout": "2s",
            "external_labels": dict(sender.labels),
        },
        "scrape_configs": [
            {"job_name": JOB, "static_configs": [{"targets": [f"localhost:{_PORT}"]}]}
        ],
        "remote_write": [
            {
                "url": f"http://{server.host}:{server.port}/api/v1/write",
                "remote_timeout": "5s",
                # A receiver that comes back is not kept waiting.
                "queue_config": {
                    "max_shards": 1,
                    "batch_send_deadline": "500ms",
                    "min_backoff": "100ms",
                    "max_backoff": "1s",
                },
            }
        ],
    }


def fresh(sender: Sender) -> str:
    """PromQL for what an agent has said of itself within the last ten seconds."""
    return f"time() - timestamp(up{selector({'job': JOB, **sender.labels})}) < 10"
