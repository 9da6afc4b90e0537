"""`python -m tools.lab.build`: make the lab's artifacts and say where they are."""

from __future__ import annotations

import sys
from dataclasses import asdict

from tools.lab.build import build
from tools.lab.errors import LabError
from tools.lab.progress import say


def main() -> int:
    """The exit code: 0 when everything is there."""
    try:
        made = build(say)
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; what was finished is kept\n")
        return 130
    for name, value in asdict(made).items():
        say(f"{name:12} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
