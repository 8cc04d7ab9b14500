"""The stack without Docker: genuine servers from wheels and every service in a process of its own, on loopback."""
