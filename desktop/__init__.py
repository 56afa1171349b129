"""The Qt program of the offices."""
