"""An example: submit a need and read its matches.

    BEDARFSWERK_URL=https://verbund.example BEDARFSWERK_SECRET=bw_…
    python -m bedarfswerk_client.example "WIG-Schweißen für drei Leute"

The API token needs the scopes surveys:write and matching:read; whoever it belongs to acts for one company.
"""

import hashlib
import os
import sys
import time

from bedarfswerk_client import Bedarfswerk, connect
from bedarfswerk_client.matching.api.matches import matches_of_need
from bedarfswerk_client.matching.models import NeedMatches
from bedarfswerk_client.surveys.api.needs import needs_create
from bedarfswerk_client.surveys.models import NeedAnswer, NeedInput, PlaceInput

PATIENCE = 30.0
"""Seconds; matching usually needs less than one."""


def submit(bedarfswerk: Bedarfswerk, title: str, postal_code: str) -> NeedAnswer:
    """Tell a need; the key makes sure that a repeated run makes no second one."""
    wish = NeedInput(title=title, place=PlaceInput(postal_code=postal_code), radius_km=50)
    key = hashlib.sha256(title.encode()).hexdigest()
    told = needs_create.sync(client=bedarfswerk.surveys, body=wish, idempotency_key=key)
    if not isinstance(told, NeedAnswer):
        raise SystemExit(f"refused: {told}")
    return told


def matches(bedarfswerk: Bedarfswerk, need: NeedAnswer) -> NeedMatches:
    """Wait until this version of the need was matched."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = matches_of_need.sync(need.id, client=bedarfswerk.matching)
        if isinstance(found, NeedMatches) and found.need_version == need.version:
            return found
        time.sleep(0.2)
    raise SystemExit("matching did not answer in time")


def main() -> None:
    """Run the example with what the environment says."""
    bedarfswerk = connect(os.environ["BEDARFSWERK_URL"], os.environ["BEDARFSWERK_SECRET"])
    need = submit(bedarfswerk, " ".join(sys.argv[1:]) or "WIG-Schweißen", "04109")
    print("need", need.id)
    for match in matches(bedarfswerk, need).matches or []:
        print(f"{match.probability:.2f}", match.offer)


if __name__ == "__main__":
    main()
