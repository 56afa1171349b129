"""Practice mode: an invented kecamatan, its letters, and scans that look like letters."""
