"""State of one screen each, on QtCore only."""
