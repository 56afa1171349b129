"""Runs a module of the benchmarks in a process that was loaded as the program loads itself.

    python -m benchmarks.as_program MODULE ARGUMENTS

Qt for Python's hook on the import statement reads the source of each module that is loaded after it; the program does
without it, and so must whoever measures what the program does while it loads.
"""

import runpy
import sys

from desktop.app.entry import WINDOW, load

if __name__ == "__main__":
    load(WINDOW)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
