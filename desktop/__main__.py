"""`python -m desktop`: the window, or one of the verbs without a window."""

import sys

from desktop.app import entry


def main() -> int:
    """Run with the arguments of the process; the exit code."""
    return entry.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
