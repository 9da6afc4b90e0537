"""What must be reachable, and by whom: planned flows, and what they carry from end to end.

A flow that works up to its application says that it may work; the round trips say that what was
sent arrived, is told apart from others', and is refused to who has no right to it.
"""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

REACH_001 = Requirement(
    id="REACH-001",
    must=(
        "A flow that is planned to work MUST work from its own vantage point, in its direction, "
        "up to the application that is planned at its end."
    ),
    severity=Severity.CRITICAL,
    why="What it carries is lost, while a status page that looks from elsewhere stays green.",
    source="architecture review, section 4, rows 1-10; faults PR-04, TE-01, VA-01, KP-02, KP-04",
    since="0.2",
)
REACH_002 = Requirement(
    id="REACH-002",
    must="A flow that is planned to fail MUST fail.",
    severity=Severity.CRITICAL,
    why="What should be kept apart is not, and nobody notices what works without need.",
    source="architecture review, section 4, rows N1-N4",
    since="0.2",
)
REACH_003 = Requirement(
    id="REACH-003",
    must=(
        "A reserved TCP port MUST take connections from every cluster and from hosts, unless a "
        "flow is planned to fail or its Service admits only some sources."
    ),
    severity=Severity.NORMAL,
    why="What one cluster reaches and another does not is found late, by who comes from the other.",
    source="architecture review, section 5; faults KP-01, KP-02, KP-04, ML-20",
    since="0.2",
)
REACH_004 = Requirement(
    id="REACH-004",
    must="A reserved port that serves HTTP MUST answer requests that fill several packets.",
    severity=Severity.CRITICAL,
    why="Where a packet of full size is lost in silence, small requests work and large ones hang.",
    source="fault FL-06; flannel documentation, troubleshooting; RFC 2923, section 2.1",
    since="0.2",
)
REACH_010 = Requirement(
    id="REACH-010",
    must="Metrics of a planned sender MUST arrive, fresh and with the sender's labels.",
    severity=Severity.CRITICAL,
    why="Without the label clusters cannot be told apart; without fresh samples nothing alerts.",
    source="architecture review D-01; faults PR-02, PR-04",
    since="0.2",
)
REACH_011 = Requirement(
    id="REACH-011",
    must="A sample written where a planned sender stands MUST be read back.",
    severity=Severity.CRITICAL,
    why="A receiver that answers and stores nothing looks well until metrics are needed.",
    source="faults PR-01, PR-03, PR-04",
    since="0.2",
)
REACH_012 = Requirement(
    id="REACH-012",
    must="Logs of a planned sender MUST arrive, with the sender's labels and for its tenant.",
    severity=Severity.CRITICAL,
    why="Shippers drop what is refused, and say so in a log that nobody receives.",
    source="faults LO-01, LO-03, LO-05",
    since="0.2",
)
REACH_013 = Requirement(
    id="REACH-013",
    must=(
        "A log line written where a planned sender stands MUST be read back under its tenant and "
        "under no other."
    ),
    severity=Severity.CRITICAL,
    why="A success-class status can hide a refusal, and a shared tenant shows logs to strangers.",
    source="architecture review D-11; faults LO-01, LO-02, LO-04, LO-06",
    since="0.2",
)
REACH_014 = Requirement(
    id="REACH-014",
    must="Who names no tenant MUST be refused where the plan has tenants.",
    severity=Severity.NORMAL,
    why="Logs without a tenant belong to everybody, or to nobody.",
    source="fault LO-01; architecture review D-11",
    since="0.2",
)
REACH_015 = Requirement(
    id="REACH-015",
    must=(
        "A span sent where a planned sender stands MUST be found by its trace id, over every "
        "protocol that is planned."
    ),
    severity=Severity.CRITICAL,
    why="A receiver can accept spans that no query finds, or listen to its own host alone.",
    source="faults TE-01, TE-02, TE-03",
    since="0.2",
)
REACH_016 = Requirement(
    id="REACH-016",
    must=(
        "Each series of a planned sender of metrics that is sampled once a minute or more often "
        "MUST be written by one sender."
    ),
    severity=Severity.NORMAL,
    why=(
        "Of two that write one series, each has samples refused as duplicate or out of order, and "
        "what is stored is now of one and now of the other."
    ),
    source="fault PR-06; prometheus/prometheus#9214",
    since="0.2",
)
REACH_020 = Requirement(
    id="REACH-020",
    must="A planned workload MUST log in to Vault with its own token, and read what it may read.",
    severity=Severity.CRITICAL,
    why="Secrets of the cluster go stale, and its workloads do not start.",
    source="architecture review D-05; faults VA-01, VA-03, VA-04, VA-08",
    since="0.2",
)
REACH_021 = Requirement(
    id="REACH-021",
    must="Vault MUST refuse workloads that have no login there, and who brings no token.",
    severity=Severity.BLOCKER,
    why="A role that is bound to everybody gives every pod the secrets of one.",
    source="architecture review D-05; fault SE-01",
    since="0.2",
)
REACH_022 = Requirement(
    id="REACH-022",
    must="A secret that is planned to be synced MUST be reported ready, and so its store.",
    severity=Severity.CRITICAL,
    why="A Secret that is not renewed keeps its old value until it is wrong.",
    source="fault VA-07",
    since="0.2",
)
REACH_030 = Requirement(
    id="REACH-030",
    must="A planned Application MUST be in sync, healthy, and deployed to its planned cluster.",
    severity=Severity.CRITICAL,
    why="What Git says and what runs are two things until Argo CD says that they are one.",
    source="architecture review D-04; faults AR-01, AR-02, AR-03",
    since="0.2",
)
REACH_031 = Requirement(
    id="REACH-031",
    must=(
        "Argo CD MUST be connected, with its own credentials, to the planned API of every cluster "
        "that it deploys to."
    ),
    severity=Severity.CRITICAL,
    why="An Application stays green for hours on what Argo CD remembers of a lost cluster.",
    source="architecture review D-04; faults AR-01, AR-02, AR-03",
    since="0.2",
)
REACH_040 = Requirement(
    id="REACH-040",
    must="A planned data source MUST lead to its product, and get an answer there.",
    severity=Severity.NORMAL,
    why="Panels stay empty, which looks like a quiet system.",
    source="faults GR-01, GR-02",
    since="0.2",
)
