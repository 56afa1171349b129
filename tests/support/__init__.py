"""What several tests stand on: real servers, a slow line, guards around every test."""
