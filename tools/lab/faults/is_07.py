"""IS-07: the certificate of a workload has run out, because nobody could ask istiod for another."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from cryptography import x509

from tools.lab.faults import clocks, meshes, names
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until

_ISTIOD = "pilot-discovery"
_SIGNS = 15012  # and tells proxies all else; its webhook has another port
_SHORT = timedelta(minutes=1)
_LIFETIME = "30s"
"""Long enough for a pod to start with it; it is renewed when half of it is over."""


def inject(lab: Lab) -> None:
    """Start the workload with a certificate that lasts half a minute, and close istiod's port."""
    item = meshes.workload(lab)
    cluster = meshes.cluster_of(lab, item)
    short = json.dumps({"proxyMetadata": {"SECRET_TTL": _LIFETIME}})
    meshes.start_anew(cluster, meshes.deployment(item), {"proxy.istio.io/config": short})

    def lasts(less: timedelta) -> bool:
        der = meshes.shown(lab, item)
        if der is None:
            return False
        end = x509.load_der_x509_certificate(der).not_valid_after_utc
        return end - datetime.now(UTC) < less

    # It is seen through the gateway, which has to be told of the new pod before.
    whose = f"the certificate of {item.service}"
    until(f"{whose} is the short one", lambda: lasts(_SHORT), within=60, every=1)
    names.drop(clocks.programs(cluster, _ISTIOD), f"in tcp dport {_SIGNS}")
    until(f"{whose} has expired", lambda: lasts(timedelta(0)), within=90, every=1)
    meshes.cut_off(lab, item)


def undo(lab: Lab) -> None:
    """Open the port again."""
    cluster = meshes.cluster_of(lab, meshes.workload(lab))
    names.pass_again(clocks.programs(cluster, _ISTIOD))


FAULT = Fault(
    id="IS-07",
    title="the certificate of a workload has expired while istiod could not be asked",
    reds=frozenset({"MTLS-004", "MTLS-008"}),
    cause="MTLS-004",
    inject=inject,
    undo=undo,
    source="istio#57774, #8205",
)
