"""HO-10: the certificate of an API lacks the name that clients call it by."""

from __future__ import annotations

import ssl
from datetime import timedelta

from tools.lab import netns, spec
from tools.lab.faults import clocks
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Show a certificate for the name inside the cluster alone, and wait until it is refused."""
    clocks.named_api(lab, -timedelta(hours=1), timedelta(days=30), carries=["kubernetes"])
    cluster, name = second(lab), clocks.planned_names(lab)[0]
    context = ssl.create_default_context(cafile=str(cluster.pki / "ca.crt"))

    def refused() -> bool:
        try:
            plain = netns.connect(lab.runner, spec.api_host(cluster.plan), cluster.port, 2)
        except OSError:
            return False
        with plain:
            try:
                context.wrap_socket(plain, server_hostname=name).close()
            except ssl.SSLCertVerificationError:
                return True
            except OSError:
                return False
        return False

    until(f"the certificate of {name} is refused", refused, within=20, every=0.3)


FAULT = Fault(
    id="HO-10",
    title="the certificate of an API lacks the name that it is called by",
    reds=frozenset({"CLU-006"}),
    inject=inject,
    source="kubeadm#338",
)
