"""What a letter is, what may happen to it, and what crosses the wire: shared by the desktop program and the server."""
