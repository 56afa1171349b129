"""The sync engine, free of Qt."""
