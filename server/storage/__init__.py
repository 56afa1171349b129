"""The server's records, logs and files on SQLite or PostgreSQL."""
