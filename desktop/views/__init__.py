"""Screens: layout and wiring, no decisions."""
