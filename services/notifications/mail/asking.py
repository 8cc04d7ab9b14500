"""Mails that ask the reader for something: to prove a mailbox, or to say whether a need is still open."""

from typing import Any

from services.notifications.mail.cleaning import header, lines, one_line
from services.notifications.mail.letter import Proof, Question
from services.notifications.mail.words import Links, Worded, catalogue
from shared.events.base import Language
from shared.language import HOME, long_day
from shared.links import challenge_url, code_of, need_url

LONGEST_DESCRIPTION = 400


def to_prove(letter: Proof, links: Links) -> Worded:
    """Word a challenge: sign-in, confirmation or invitation.

    What strangers typed about an unconfirmed address is not in it, or the mail could carry their message to anybody.
    """
    challenge = letter.challenge
    language = challenge.language
    network = one_line(letter.network.name) if letter.network else None
    values: dict[str, Any] = {
        "url": challenge_url(links.public_url, links.key, challenge.id),
        "network": network,
        "until": long_day(challenge.expires_at.astimezone(HOME).date(), language),
    }
    if challenge.kind == "sign_in":
        values["code"] = code_of(links.key, challenge.id)
    if challenge.kind == "invitation":
        values["organisation"] = one_line(letter.organisation.name) if letter.organisation else None
    return Worded(
        template=challenge.kind,
        language=language,
        subject=_subject(letter, network, language),
        values=values,
        name=one_line(letter.to.name) if letter.to.status == "active" else "",
        network=challenge.network,
        unsubscribe=False,
    )


def _subject(letter: Proof, network: str | None, language: Language) -> str:
    say = catalogue(language).ugettext
    if letter.challenge.kind == "sign_in":
        return say("Your sign-in to Bedarfswerk")
    if letter.challenge.kind == "confirmation":
        return say("Please confirm your e-mail address")
    return header(say("Invitation from {network}").format(network=network)) if network else say("Invitation")


def to_answer(letter: Question, links: Links) -> Worded:
    """Word the question whether a need is still open."""
    language, need = letter.to.language, letter.need
    say = catalogue(language).ugettext
    return Worded(
        template="still_needed",
        language=language,
        subject=header(say("Still needed? {title}").format(title=one_line(need.title))),
        values={
            "url": need_url(links.public_url, links.key, letter.to.id, need.id),
            "title": one_line(need.title),
            "description": lines(need.description, LONGEST_DESCRIPTION),
            "until": long_day(need.expires_on, language) if need.expires_on else None,
        },
        name=one_line(letter.to.name),
        network=need.networks[0] if len(need.networks) == 1 else None,
    )
