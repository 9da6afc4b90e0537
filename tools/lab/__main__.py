"""`python -m tools.lab`."""

import signal
import sys

from tools.lab.cli import main

# Ending it from outside is like Ctrl-C: compilers are ended, and what is under way is recorded.
signal.signal(signal.SIGTERM, signal.default_int_handler)
sys.exit(main(sys.argv[1:]))
