"""Paths, settings, logs and the credential store of the operating system."""
