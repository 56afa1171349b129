"""The HTTP face of the server; the only package that knows the web framework."""
