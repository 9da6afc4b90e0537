"""The plugin of pytest: the fixtures, options and markers of trueline, for suites of your own.

A plugin comes after those it imports: pytest has to be the first to import each of them.
"""

from trueline.installed import PREFIX

pytest_plugins = [
    f"{PREFIX}fixtures.{name}"
    for name in (
        "options",
        "warned",
        "collector",
        "intent",
        "subjects",
        "run",
        "guard",
        "leases",
        "snapshot",
        "drills",
        "judge",
        "disk",
        "selection",
        "deep",
        "shards",
        "budget",
        "listing",
        "reporting",
        "progress",
        "workers",
        "idle",
    )
]
