"""Faults on request: how the mail catcher misbehaves when a test or benchmark asks it to."""

import asyncio
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

_Refusal = Annotated[str, StringConstraints(pattern=r"^[45][0-9]{2} [ -~]{1,200}$")]


class Faults(BaseModel):
    """What is wrong with the server now; everything left out is well. For example `{"answer": "450 4.2.0 later"}`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delay_ms: Annotated[int, Field(ge=0, le=60_000, description="Wait before the answer to a whole mail.")] = 0
    answer: Annotated[
        _Refusal | Literal["drop_before_250"] | None,
        Field(
            description="A 4xx or 5xx line refuses; `drop_before_250` keeps the mail, but breaks the connection "
            "instead of saying so."
        ),
    ] = None
    at: Annotated[
        Literal["recipient", "data"],
        Field(description="Whether a refusal comes on RCPT or after the whole mail; a refused mail is not kept."),
    ] = "data"
    recipient: Annotated[
        str | None, Field(max_length=320, description="Only mails to this address fare badly; otherwise all.")
    ] = None
    times: Annotated[int | None, Field(ge=1, le=100_000, description="So many refusals or drops, then well again.")] = (
        None
    )
    hold: Annotated[
        bool, Field(description="Keep the mail, but do not answer until this is taken back (at most ten minutes).")
    ] = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.at == "recipient" and self.answer in {None, "drop_before_250"}:
            raise ValueError("at RCPT only a 4xx or 5xx answer can be given")
        return self


class Switchboard:
    """The faults in force, and who is held up by them."""

    def __init__(self) -> None:
        self._faults = Faults()
        self._left: int | None = None
        self._released = asyncio.Event()
        self.waiting = 0
        """Mails that are kept but not yet answered for."""

    @property
    def faults(self) -> Faults:
        """What is wrong now, with what is left of `times`."""
        return self._faults.model_copy(update={"times": self._left})

    def set(self, faults: Faults) -> None:
        """Misbehave so from now on; whoever is held is released unless `hold` stays."""
        self._faults = faults
        self._left = faults.times
        if not faults.hold:
            self._released.set()
            self._released = asyncio.Event()

    def answer(self, stage: Literal["recipient", "data"], recipients: list[str]) -> str | None:
        """Return the bad answer that is due now, and count it."""
        if self._faults.answer is None or self._faults.at != stage or not self._concerns(recipients):
            return None
        if self._left is not None:
            if self._left == 0:
                return None
            self._left -= 1
        return self._faults.answer

    async def hold_up(self, recipients: list[str]) -> None:
        """Wait as long as the faults say."""
        if not self._concerns(recipients):
            return
        self.waiting += 1
        try:
            await asyncio.sleep(self._faults.delay_ms / 1000)
            if self._faults.hold:
                await asyncio.wait_for(self._released.wait(), 600)
        finally:
            self.waiting -= 1

    def _concerns(self, recipients: list[str]) -> bool:
        return self._faults.recipient is None or self._faults.recipient in recipients
