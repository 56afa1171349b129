"""Migrations of the local store; run by `storage.upgrade`."""
