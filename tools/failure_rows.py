"""What a user reads when something is amiss: the exact texts, each tried by a test.

`HERE` is the folder in which the command is run, `PORT` a port of the API.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A situation, what is run in it, how that ends and what it says.

    `told` says where: alone on standard error (`stderr`), as the one root cause of a run (`cause`),
    as the one thing that it could not tell (`doubt`), as the one thing that a preflight misses of
    what it is about (`missing`), or as a line of the output (`line`).
    """

    name: str
    command: str
    status: int
    told: str
    text: str


_RUN = "pytest suites/clusters --topology plan.yaml --kubeconfig kubeconfig"
_PREFLIGHT = "python -m tools.preflight --topology plan.yaml --kubeconfig kubeconfig"
_PLAN = "pytest suites/plan --topology plan.yaml"
_MEND = "(plan.yaml:6). Start the API server, or correct its address, CA or credentials in the"
_MEND += " context."
_SILENT = "CLU-001 north: expected the API answers, observed cluster north cannot be observed: "
_LOST = "; unknown: everything that its API and its pods would say"
_LAB = (
    "this plan runs in the lab and this process is in the network namespace of the machine itself:"
    " nothing is sent from here, because its addresses may belong to others outside the lab. Run"
    " `make demo`, or `python -m tools.lab exec runner -- pytest suites/`, or point"
    " TRUELINE_TOPOLOGY at the plan of your own clusters."
)


def _silent(name: str, why: str) -> tuple[Failure, Failure]:
    """A cluster of which nothing can be seen, by a run and by a preflight."""
    return (
        Failure(name=name, command=_RUN, status=1, told="cause", text=f"{_SILENT}{why} {_MEND}"),
        Failure(
            name=name,
            command=_PREFLIGHT,
            status=2,
            told="missing",
            text=f"cluster north: {why}{_LOST}",
        ),
    )


def _refused(name: str, command: str, text: str, status: int = 4) -> Failure:
    return Failure(name=name, command=command, status=status, told="stderr", text=text)


NO_RUN = "reports/gone holds no whole run: it has no run.json and no topology.yaml and no "
NO_RUN += "journal.jsonl"
DAMAGED = "reports/damaged holds no whole run: its run.json is damaged"
YAML = "plan.yaml:14: a value is missing in a list or mapping that was opened with [ or {: found "
YAML += '"pools: ["; write the value, or close it with ] or }.'
MISSING = "plan.yaml:1: the file cannot be read: found no such file or directory; give the path of"
MISSING += " a topology file."
ROWS = (
    *_silent(
        "the kubeconfig has another context",
        "the kubeconfig HERE/kubeconfig has no context 'north' (it has: app)",
    ),
    *_silent("there is no kubeconfig", "no kubeconfig: HERE/kubeconfig does not exist"),
    *_silent(
        "the kubeconfig is not YAML",
        "the kubeconfig HERE/kubeconfig is not YAML: line 2, column 1",
    ),
    *_silent(
        "the credentials are not accepted",
        "https://127.0.0.1:PORT does not accept the credentials of the kubeconfig",
    ),
    *_silent(
        "the token has expired",
        "https://127.0.0.1:PORT does not accept the credentials of the kubeconfig: its token ended"
        " on 2026-01-01 00:00 UTC, get a new one",
    ),
    *_silent(
        "the client certificate has expired",
        "https://127.0.0.1:PORT does not accept the credentials of the kubeconfig: its client"
        " certificate ended on 2026-01-01 00:00 UTC, get a new one",
    ),
    *_silent(
        "the credential plug-in is not installed",
        "context 'north' of HERE/kubeconfig: its credential plug-in kubelogin is not installed: No"
        " such file or directory",
    ),
    *_silent(
        "the credential plug-in fails",
        "context 'north' of HERE/kubeconfig: its credential plug-in sh failed: the session has"
        " expired: log in again",
    ),
    Failure(
        name="two contexts lead to one cluster",
        command=f"{_RUN} --req CLU-003",
        status=1,
        told="cause",
        text="CLU-003 north and south: expected two kube-system UIDs, observed north and south both"
        " have uid-1 (plan.yaml:13). Give each planned cluster a kubeconfig context of its own"
        " cluster.",
    ),
    Failure(
        name="two contexts lead to one cluster",
        command=_PREFLIGHT,
        status=1,
        told="missing",
        text="  its context leads to the same cluster as that of north; unknown: everything about"
        " one of the two",
    ),
    Failure(
        name="two contexts lead to one cluster",
        command="python -m tools.discover --context north --context south --kubeconfig kubeconfig"
        " --apis-only --output my.yaml",
        status=1,
        told="line",
        text="context south leads to the same cluster as north: it is left out",
    ),
    Failure(
        name="the image of the probe pods cannot be had",
        command=f"{_RUN} --req CLU-060 --run r1",
        status=6,
        told="doubt",
        text="CLU-060 inside: could not tell whether a pod reaches its cluster's API and DNS"
        " Services, from an address of the pod network: no pod to probe from in north: image"
        " registry.example/probe:1 of pod trueline/trueline-r1-inside cannot be had (ErrImagePull):"
        " name another one with probes.image (plan.yaml:15).",
    ),
    *_silent("the cluster is down", "https://127.0.0.1:PORT refuses the connection"),
    *_silent(
        "the API has a certificate of another CA",
        "https://127.0.0.1:PORT shows a certificate that cannot be verified: certificate verify"
        " failed: unable to get local issuer certificate",
    ),
    Failure(
        name="the credentials may not list nodes",
        command=f"{_RUN} --req CLU-010",
        status=6,
        told="doubt",
        text="CLU-010 north/north-1: could not tell whether the planned node exists with its role"
        " and its addresses: the kubeconfig may not list nodes: forbidden (plan.yaml:12).",
    ),
    Failure(
        name="the credentials may not list nodes",
        command=_PREFLIGHT,
        status=1,
        told="missing",
        text="  may not list nodes; unknown: facts: nodes",
    ),
    Failure(
        name="this host is not on the segment",
        command=_PREFLIGHT,
        status=1,
        told="missing",
        text="segment lan: this host is not on segment lan (203.0.113.0/24): run from a machine "
        "that has an address there and is no node; unknown: who answers for its addresses on the "
        "wire",
    ),
    Failure(
        name="not root",
        command=_PREFLIGHT,
        status=2,
        told="missing",
        text="segment lan: raw sockets need root or CAP_NET_RAW; unknown: who answers for its"
        " addresses on the wire",
    ),
    _refused("a plan of the lab outside of it", _RUN, _LAB),
    _refused("a plan of the lab outside of it", _PREFLIGHT, _LAB, 2),
    _refused("the plan is not YAML", _PLAN, YAML),
    _refused("the plan is not YAML", _PREFLIGHT, YAML, 2),
    _refused("the plan is not YAML", "python -m tools.rbac --topology plan.yaml", YAML, 2),
    _refused("there is no plan", _PLAN, MISSING),
    _refused(
        "a name that nothing has",
        f"{_PLAN} --cluster nroth",
        "--cluster nroth: there is no such cluster; did you mean north",
    ),
    _refused(
        "a requirement that nothing has",
        f"{_PLAN} --req PLAN-099",
        "--req PLAN-099: there is no such requirement; did you mean PLAN-091 or PLAN-090 or"
        " PLAN-009",
    ),
    _refused(
        "a marker that nothing has",
        f"{_PLAN} -m qick",
        "-m qick: there is no such marker; did you mean quick",
    ),
    _refused(
        "a budget that is no time",
        f"{_PLAN} --budget 5",
        "--budget 5: write a time as 90s, 5m or 1h",
    ),
    Failure(
        name="nothing is selected",
        command=f"{_PLAN} -k vualt",
        status=5,
        told="line",
        text="nothing is selected by -k vualt",
    ),
    Failure(
        name="nothing is selected",
        command=f"{_PLAN} --area dns",
        status=5,
        told="line",
        text="nothing is selected by --area dns",
    ),
    _refused(
        "no run is stored",
        f"{_PLAN} --since-failed",
        "--since-failed latest: reports/latest holds no run that was closed",
    ),
    _refused(
        "no run is stored",
        f"{_PLAN} --judge-again reports/gone",
        "HERE/reports/gone holds no run that can be judged again: it needs run.json, topology.yaml"
        " and snapshot/",
    ),
    _refused("no run is stored", "python -m tools.rejudge reports/gone", f"HERE/{NO_RUN}", 2),
    _refused("no run is stored", "python -m tools.diff reports/gone", f"HERE/{NO_RUN}", 2),
    _refused("no run is stored", "python -m tools.reverse reports/gone", f"HERE/{NO_RUN}", 2),
    _refused(
        "no run is stored",
        "python -m tools.report reports/gone",
        "HERE/reports/gone holds no allure-results: run `pytest suites/` first",
        1,
    ),
    _refused("the run is damaged", "python -m tools.rejudge reports/damaged", f"HERE/{DAMAGED}", 2),
    _refused("the run is damaged", "python -m tools.reverse reports/damaged", f"HERE/{DAMAGED}", 2),
    _refused(
        "the folder of the reports cannot be written",
        f"{_PLAN} --reports /proc/reports",
        "no run folder can be made in /proc/reports (no such file or directory): give a folder that"
        " can be written with --reports DIR",
    ),
    _refused(
        "the folder of the reports is read-only",
        f"{_PLAN} --reports kept",
        "no run folder can be made in HERE/kept (read-only file system): give a folder that can be"
        " written with --reports DIR",
    ),
    _refused(
        "the disk is full at the start",
        f"{_PLAN} --reports full",
        "no run folder can be made in HERE/full (no space left on device): give a folder that can"
        " be written with --reports DIR",
    ),
    Failure(
        name="the disk becomes full",
        command=f"{_PLAN} --reports small --run r1",
        status=2,
        told="line",
        text="report: small/r1 is not whole: make room there, or choose another folder with"
        " --reports DIR, and run again",
    ),
    _refused(
        "the output cannot be written",
        "python -m tools.rbac --topology plan.yaml > /dev/full",
        "no space left on device",
        2,
    ),
)
