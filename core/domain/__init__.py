"""Records and rules of letters, dispositions and archive files: frozen structs and pure functions."""
