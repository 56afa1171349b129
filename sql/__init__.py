"""What both stores, the PC's and the server's, know of their database driver beside SQLAlchemy."""
