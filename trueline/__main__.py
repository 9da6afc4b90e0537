"""`python -m trueline`: what the command `trueline` does."""

import sys

from trueline.command import main

if __name__ == "__main__":
    sys.exit(main())
