"""One script for each promise of speed or size; each prints one JSON line, figures beside their yardstick."""
