import asyncio
import os
import signal
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest

from deploy.local.mailcatcher import MailCatcher
from deploy.local.ports import free_ports
from tests.waiting import eventually


@pytest.fixture
async def catcher(tmp_path: Path) -> AsyncIterator[MailCatcher]:
    own = MailCatcher(tmp_path, *free_ports(2))
    try:
        await own.start()
        yield own
    finally:
        await own.kill()


def a_mail(subject: str = "Ein passendes Angebot für Sie", *, html: str | None = None) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "verbund@example.org", "petra@firma.example", subject
    mail["List-Unsubscribe"] = "<https://verbund.example/unsubscribe>"
    mail.set_content("Grüße aus Leipzig")
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return mail


async def send(catcher: MailCatcher, mail: EmailMessage, *, to: str = "petra@firma.example") -> str:
    answers, line = await aiosmtplib.send(
        mail, hostname="127.0.0.1", port=catcher.smtp_port, recipients=[to], sender="verbund@example.org"
    )
    assert answers == {}
    return line


async def page(catcher: MailCatcher, path: str, language: str = "de") -> httpx.Response:
    async with httpx.AsyncClient(base_url=catcher.url, trust_env=False) as client:
        return await client.get(path, headers={"Accept-Language": language})


async def test_a_mail_is_shown_as_it_came(mailbox: MailCatcher) -> None:
    await send(mailbox, a_mail(html="<p>Grüße</p>"))

    [mail] = await mailbox.messages(to="petra@firma.example")
    assert (mail["from"], mail["to"]) == ("verbund@example.org", ["petra@firma.example"])
    assert mail["subject"] == "Ein passendes Angebot für Sie"
    assert (mail["text"].strip(), mail["html"].strip()) == ("Grüße aus Leipzig", "<p>Grüße</p>")
    assert mail["headers"]["List-Unsubscribe"] == "<https://verbund.example/unsubscribe>"
    assert "multipart/alternative" in mail["raw"]


async def test_mails_are_listed_newest_last_and_by_recipient(mailbox: MailCatcher) -> None:
    await send(mailbox, a_mail("eins"))
    await send(mailbox, a_mail("zwei"), to="otto@firma.example")
    await send(mailbox, a_mail("drei"))

    assert [mail["subject"] for mail in await mailbox.messages()] == ["eins", "zwei", "drei"]
    assert [mail["subject"] for mail in await mailbox.messages(to="otto@firma.example")] == ["zwei"]


async def test_what_was_accepted_survives_a_kill(catcher: MailCatcher) -> None:
    await send(catcher, a_mail("eins"))
    await catcher.kill()
    await catcher.start()
    await send(catcher, a_mail("zwei"))

    assert [mail["subject"] for mail in await catcher.messages()] == ["eins", "zwei"]


async def test_a_mail_is_on_disk_before_it_is_accepted(catcher: MailCatcher) -> None:
    await catcher.misbehave(hold=True)
    sending = asyncio.ensure_future(send(catcher, a_mail("eins")))
    await eventually(catcher.waiting)
    pid = catcher.child.pid
    assert pid is not None

    os.kill(pid, signal.SIGKILL)

    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await sending
    await catcher.child.exited()
    await catcher.start()
    assert [mail["subject"] for mail in await catcher.messages()] == ["eins"]


async def test_held_mails_are_answered_when_all_is_well_again(mailbox: MailCatcher) -> None:
    await mailbox.misbehave(hold=True)
    sending = asyncio.ensure_future(send(mailbox, a_mail()))
    await eventually(mailbox.waiting)
    assert not sending.done()

    await mailbox.misbehave()

    assert (await sending).startswith("OK")


async def test_a_refusal_keeps_nothing_and_ends_after_so_many_times(mailbox: MailCatcher) -> None:
    await mailbox.misbehave(answer="450 4.2.0 later", times=1)

    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await send(mailbox, a_mail("eins"))
    await send(mailbox, a_mail("zwei"))

    assert (refused.value.code, refused.value.message) == (450, "4.2.0 later")
    assert [mail["subject"] for mail in await mailbox.messages()] == ["zwei"]


async def test_a_recipient_can_be_refused_alone(mailbox: MailCatcher) -> None:
    await mailbox.misbehave(answer="550 5.1.1 unknown", at="recipient", recipient="weg@firma.example")

    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await send(mailbox, a_mail("eins"), to="weg@firma.example")
    await send(mailbox, a_mail("zwei"))

    assert [each.code for each in refused.value.recipients] == [550]
    assert [mail["subject"] for mail in await mailbox.messages()] == ["zwei"]


async def test_a_connection_dropped_before_the_answer_leaves_the_mail_delivered(mailbox: MailCatcher) -> None:
    await mailbox.misbehave(answer="drop_before_250")

    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(mailbox, a_mail("eins"))

    assert [mail["subject"] for mail in await mailbox.messages()] == ["eins"]


@pytest.mark.parametrize(
    "faults",
    [
        {"delay_ms": 60_001},
        {"answer": "250 fine"},
        {"answer": "450 x\r\n250 y"},
        {"times": 0},
        {"at": "recipient"},
        {"x": 1},
    ],
)
async def test_faults_are_bounded(mailbox: MailCatcher, faults: dict[str, object]) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        await mailbox.misbehave(**faults)


async def test_a_hostile_mail_runs_nothing_and_loads_nothing(mailbox: MailCatcher) -> None:
    await send(
        mailbox, a_mail("<script>alert(1)</script>", html="<script>alert(2)</script><a href='https://x.example'>x</a>")
    )
    [mail] = await mailbox.messages()

    listed, shown, inner = [
        await page(mailbox, path) for path in ("/", f"/messages/{mail['id']}", f"/messages/{mail['id']}/html")
    ]

    for answer in (listed, shown):
        assert "<script" not in answer.text
        assert "&lt;script&gt;alert(1)" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown.text
    assert inner.headers["content-security-policy"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox "
    )
    assert "script" not in inner.headers["content-security-policy"]


async def test_pages_speak_german_unless_english_is_preferred(mailbox: MailCatcher) -> None:
    await send(mailbox, a_mail())

    assert "Aufgefangene E-Mails" in (await page(mailbox, "/", "fr, de;q=0.5")).text
    assert "Caught e-mails" in (await page(mailbox, "/", "en-GB,en;q=0.9,de;q=0.8")).text


async def test_a_mail_that_is_not_there_is_said_so(mailbox: MailCatcher) -> None:
    assert [
        (await page(mailbox, path)).status_code for path in ("/messages/0000009999", "/api/messages/0000009999")
    ] == [404, 404]
    assert (await page(mailbox, "/messages/..%2F..%2Fpasswd")).status_code in {404, 422}


async def test_a_mail_in_broken_mime_is_kept_and_shown(mailbox: MailCatcher) -> None:
    raw = b"Subject: =?utf-8?q?kaputt=?=\r\nContent-Type: text/plain; charset=nosuch\r\n\r\nk\xfcrzer"
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=mailbox.smtp_port)
    async with client:
        await client.sendmail("a@x.example", ["b@x.example"], raw)

    [mail] = await mailbox.messages()
    assert mail["text"].startswith("k")
    assert (await page(mailbox, f"/messages/{mail['id']}")).status_code == 200
