"""Use cases of the desktop program, free of Qt."""
