"""Bedarfswerk for programs: one typed module for each service, and `connect`, which keeps tokens fresh.

from bedarfswerk_client import connect

bedarfswerk = connect("https://verbund.example", secret="bw_…")
"""

from bedarfswerk_client.connecting import Bedarfswerk, connect

__all__ = ["Bedarfswerk", "connect"]
