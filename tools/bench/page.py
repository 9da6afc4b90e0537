"""docs/performance.md, of the record of the runs alone."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

HEAD = """\
# Performance

trueline beside its best peers: both do the same work in the same run, by turns, and what they find
is compared with what is there before a time counts. Figures are ratios where they can be, so that
they hold on another machine. Targets and floors come from a study of the physical limits of each
hot path: what has to be waited for, and what the fastest known program takes.

`make bench` measures all rows and writes this page and `performance.json`, which holds every
repeat. It takes about twenty minutes; the rows of the wire and of the lab need root on Linux, the
latter a lab that is built, and peers are installed as Debian packages. `python -m tools.bench 9 15`
measures some rows, `python -m tools.bench --quick` tries them out and writes nothing. The exit
status is 1 when a target is missed or a result is wrong, 3 when nothing is missed and a row was not
run.

"""
_GROWTH = """\
## Growth

"""


def page(data: Json) -> str:
    """The page."""
    rows = [row for row in data["rows"] if not row["growth_only"]]
    grown = [row for row in data["rows"] if row["growth_only"]]
    return "".join([HEAD, _machine(data), _table(rows), *map(_row, rows), _growth(grown)])


def summary(row: Json) -> str:
    """One line about a row, for the terminal."""
    parts = [f"{row['row']:>8}  {row['verdict']:<12}  {row['path']}"]
    if row["why"]:
        parts.append(f": {row['why']}")
    return "".join(parts)


def figures(row: Json) -> list[str]:
    """The targets of a row as lines."""
    return [
        f"{target['what']}: {measured(target)} (target {limit(target)}): {target['verdict']}"
        for target in row["targets"]
    ]


def measured(target: Json) -> str:
    """What was measured, with its unit; why not, where it was not."""
    if target["measured"] is None:
        return f"not run: {target['why']}"
    return _with_unit(target["measured"], target["unit"])


def limit(target: Json) -> str:
    """The limit, with its unit."""
    sign = "at most" if target["at_most"] else "at least"
    return f"{sign} {_with_unit(target['limit'], target['unit'])}"


def _with_unit(number: float, unit: str) -> str:
    text = f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
    return f"{text}{unit}" if unit in ("x", "") else f"{text} {unit}"


def _machine(data: Json) -> str:
    machine = data["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    return (
        f"Measured on {machine['cpus']} processors, {machine['system']},"
        f" Python {machine['python']}; {libraries}. A ratio below 1.2x is a tie.\n\n"
    )


def _table(rows: list[Json]) -> str:
    lines = ["| # | hot path | figure | measured | target | verdict |", "|---|---|---|---|---|---|"]
    for row in rows:
        first = f"| {row['row']} | {row['path']} "
        if not row["targets"]:
            lines.append(f"{first}| | | | **{row['verdict']}**: {row['why']} |")
        for target in row["targets"]:
            lines.append(
                f"{first}| {target['what']} | {measured(target)} | {limit(target)} |"
                f" {_shown(target['verdict'])} |"
            )
            first = "| | "
        if row["targets"] and row["why"]:
            lines.append(f"| | | | | | **{row['verdict']}**: {row['why']} |")
    return "\n".join(lines) + "\n\n"


def _shown(verdict: str) -> str:
    return verdict if verdict == "met" else f"**{verdict}**"


def _row(row: Json) -> str:
    missed = any(target["verdict"] == "missed" for target in row["targets"])
    parts = [f"## {row['row']}. {row['path']}\n\nFloor: {row['floor']}."]
    if row["checked"]:
        parts.append(f"Checked first: {'; '.join(row['checked'])}.")
    if row["day"]:
        parts.append(f"Measured on {row['day']} in {row['took']:.0f} s, load {row['load']:.1f}.")
    text = " ".join(parts) + "\n"
    if row["timings"]:
        text += "\n| | median | spread | repeats |\n|---|---|---|---|\n" + "".join(
            f"| {one['what']} | {_seconds(one['median'])} | {one['spread']:.0%} |"
            f" {len(one['seconds'])} |\n"
            for one in row["timings"]
        )
    text += _points(row)
    text += "".join(f"\n{note}\n" for note in row["notes"])
    if missed and row["argument"]:
        text += f"\n*Why missed:* {row['argument']}\n"
    return text + "\n"


def _growth(rows: list[Json]) -> str:
    return (
        _GROWTH
        + "".join(
            f"### {row['path']}\n\n"
            + "".join(f"- {line}\n" for line in figures(row))
            + (f"- {row['verdict']}: {row['why']}\n" if row["why"] else "")
            + _points(row)
            + "".join(f"\n{note}\n" for note in row["notes"])
            + "\n"
            for row in rows
        )
        if rows
        else ""
    )


def _points(row: Json) -> str:
    if not row["growth"]:
        return ""
    memory = any(point["megabytes"] is not None for point in row["growth"])
    lines = ["", "| size | time |" + (" memory |" if memory else "")]
    lines.append("|---|---|" + ("---|" if memory else ""))
    for point in row["growth"]:
        held = point["megabytes"]
        more = "" if not memory else " |" if held is None else f" {held:.0f} MB |"
        lines.append(f"| {point['size']:,} | {_seconds(point['seconds'])} |{more}")
    if row["exponent"] is not None:
        lines += ["", f"Exponent of growth: {row['exponent']:.2f}."]
    return "\n".join(lines) + "\n"


def _seconds(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} us"
