"""What the lab tells a Vault: who may log in from where, and read what.

Every step may be repeated, over whatever somebody has changed in between.
"""

from __future__ import annotations

import json
import secrets

from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.lab import Lab
from tools.lab.products import vault_logins
from tools.lab.products.telemetry import Server
from tools.lab.products.vault_api import VaultApi
from tools.lab.products.vault_open import opened, passing
from tools.lab.waiting import until
from trueline.model.product import Login

_TOKEN_TTL = "10m"
_BETWEEN = "/data/"


def prepare(lab: Lab, server: Server) -> None:
    """Initialise a Vault where it is new; write its secrets, policies, mounts and roles."""
    api = opened(lab, server)
    for login in server.plan.logins:
        if login.reads is not None:
            store(api, login, login.reads)
    known = api.get("sys/auth")["data"]
    for mount in dict.fromkeys(login.mount for login in server.plan.logins):
        if f"{mount}/" not in known:
            api.put(f"sys/auth/{mount}", {"type": "kubernetes"})
    for login in server.plan.logins:
        api.put(f"sys/policies/acl/{policy_name(login)}", {"policy": policy(login)})
        api.put(f"auth/{login.mount}/role/{login.role}", role(login))


def policy_name(login: Login) -> str:
    """The policy of a login; roles of two mounts may share a name."""
    return f"{login.mount}-{login.role}".replace("/", "-").lower()


def policy(login: Login) -> str:
    """What a login may do: read its one secret, where the plan names one."""
    may = {login.reads: {"capabilities": ["read"]}} if login.reads is not None else {}
    return json.dumps({"path": may})


def role(login: Login) -> dict[str, object]:
    """Who may log in: one service account of one namespace."""
    return {
        "bound_service_account_names": [login.service_account],
        "bound_service_account_namespaces": [login.namespace],
        "token_policies": [policy_name(login)],
        "token_ttl": _TOKEN_TTL,
        "token_max_ttl": _TOKEN_TTL,
    }


def store(api: VaultApi, login: Login, reads: str) -> None:
    """Make the secret that a login reads, with a random value, unless it is there."""
    mount, between, name = reads.partition(_BETWEEN)
    if not (mount and between and name):
        raise LabError(
            f"{login.at}: {reads} is no secret of the lab's Vault, which keeps versions (KV 2)",
            fix="name it MOUNT/data/NAME, for example `secret/data/canary`",
        )
    if f"{mount}/" not in api.get("sys/mounts")["data"]:
        api.put(f"sys/mounts/{mount}", {"type": "kv", "options": {"version": "2"}})

    def there() -> bool:
        if api.find(reads) is None:
            api.put(reads, {"data": {"value": secrets.token_hex(16)}})
        return True

    # A new mount of versioned secrets answers 400 until it has made itself ready.
    until(f"{reads} is in Vault", lambda: passing(there, 400), within=30, every=0.05)


def trust_clusters(lab: Lab, server: Server) -> None:
    """Give each auth mount the API of its cluster and an account that may review tokens there."""
    api = opened(lab, server)
    for login in vault_logins.mounts(server):
        cluster = lab.cluster(login.cluster)
        trust(api, login, cluster, vault_logins.reviewer_token(cluster, login))


def trust(api: VaultApi, login: Login, cluster: LabCluster, reviewer: str, **more: object) -> None:
    """Let the auth mount of a login ask a cluster about tokens, as whom the token `reviewer` is.

    `more` are further settings of the mount; what is not given is as Vault has it by itself.
    """
    api.put(
        f"auth/{login.mount}/config",
        {
            "kubernetes_host": cluster.endpoint,
            "kubernetes_ca_cert": (cluster.pki / "ca.crt").read_text(),
            "token_reviewer_jwt": reviewer,
            "disable_local_ca_jwt": True,
            **more,
        },
    )
