"""Names the plugins that wire pytest to trueline; it defines no fixture.

A plugin comes after those it imports: pytest has to be the first to import each of them.
"""

pytest_plugins = [
    "fixtures.options",
    "fixtures.warned",
    "fixtures.intent",
    "fixtures.subjects",
    "fixtures.run",
    "fixtures.guard",
    "fixtures.snapshot",
    "fixtures.drills",
    "fixtures.judge",
    "fixtures.reporting",
    "fixtures.workers",
    "pytester",
]
