import pytest

from tests.builders import an_id
from tests.unit.portal.pretending import Pretended, a_browser

CHALLENGE = an_id(700)
ASKED = {"challenge": CHALLENGE, "browser": "browsers-secret", "expires_in": 600}
MET = {
    "kind": "sign_in",
    "member": an_id(1),
    "session": {"id": an_id(800), "secret": "of-petra", "expires_at": "2999-01-01T00:00:00Z"},
}
NOT_MET = "Link oder Code gelten hier nicht."
USES = f"POST /api/v1/challenges/{CHALLENGE}/uses"


@pytest.fixture
def services() -> Pretended:
    services = Pretended("company")
    services.says("POST /api/v1/sign-ins", ASKED, 202)
    services.says(USES, MET)
    shown = {"kind": "sign_in", "status": "open", "network": None, "organisation": None, "language": "de"}
    services.says(f"GET /api/v1/challenges/{CHALLENGE}", shown)
    return services


async def test_the_code_signs_in_and_leads_to_where_somebody_wanted_to_go(services: Pretended) -> None:
    async with a_browser(services, signed_in=False) as browser:
        await browser.open("/anmelden?next=/konto%3Fa%3D1")
        await browser.send("/anmelden", email="petra@metallbau.example")
        assert "Bitte sehen Sie in Ihr Postfach" in browser.page.text
        answer = await browser.send("/anmelden/code", code="1234 5678", follow=False)

        assert services.sent("POST /api/v1/sign-ins") == {"email": "petra@metallbau.example", "language": "de"}
        assert services.sent(USES) == {"browser": "browsers-secret", "code": "1234 5678"}
        assert answer.headers["location"] == "/konto?a=1"
        [cookie] = [one for one in answer.headers.get_list("set-cookie") if "of-petra" in one]
        assert cookie.startswith("__Host-session=of-petra;")
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; "))


async def test_a_wrong_code_is_asked_for_again(services: Pretended) -> None:
    services.says(USES, {"code": "challenge_not_met", "title": NOT_MET}, 422)
    async with a_browser(services, signed_in=False) as browser:
        await browser.open("/anmelden")
        await browser.send("/anmelden", email="petra@metallbau.example")
        page = await browser.send("/anmelden/code", code="00000000")

    assert page.status_code == 422
    assert "Dieser Code stimmt nicht" in page.text
    assert 'value="00000000"' in page.text
    assert "__Host-session" not in browser.client.cookies


async def test_without_having_asked_in_this_browser_no_code_is_taken(services: Pretended) -> None:
    async with a_browser(services, signed_in=False) as browser:
        page = await browser.open("/anmelden/code")

    assert page.headers["location"] == "/anmelden"


async def test_an_address_that_is_none_is_asked_for_again(services: Pretended) -> None:
    services.refuses("POST /api/v1/sign-ins", "email", "Das ist keine E-Mail-Adresse.")
    async with a_browser(services, signed_in=False) as browser:
        await browser.open("/anmelden")
        page = await browser.send("/anmelden", email="petra@")

    assert page.status_code == 422
    assert '<a href="#email">Ihre E-Mail-Adresse: Das ist keine E-Mail-Adresse.</a>' in page.text
    assert 'value="petra@"' in page.text
    assert 'aria-invalid="true" aria-describedby="email-fault"' in page.text


async def test_opening_a_mailed_link_changes_nothing_and_its_button_signs_in(services: Pretended) -> None:
    link = f"/challenges/{CHALLENGE}?sig=mailed"
    async with a_browser(services, signed_in=False) as browser:
        for _ in range(3):
            await browser.open(link)
            await browser.client.head(link)
        assert not services.was_asked(USES)

        answer = await browser.send(follow=False)

    assert services.sent(USES) == {"signature": "mailed"}
    assert answer.headers["location"] == "/"
    assert "of-petra" in str(answer.headers.get_list("set-cookie"))


async def test_another_site_cannot_press_the_button(services: Pretended) -> None:
    async with a_browser(services, signed_in=False) as browser:
        page = await browser.client.post(f"/challenges/{CHALLENGE}?sig=x", headers={"Origin": "https://other.example"})

    assert page.status_code == 403
    assert not services.was_asked(USES)


async def test_a_link_that_was_used_leads_to_a_new_one(services: Pretended) -> None:
    services.says(USES, {"code": "challenge_not_met", "title": NOT_MET}, 422)
    async with a_browser(services, signed_in=False) as browser:
        await browser.open(f"/challenges/{CHALLENGE}?sig=mailed")
        page = await browser.send()

    assert page.status_code == 404
    assert "Neue E-Mail anfordern" in page.text


async def test_an_invitation_says_for_whom(services: Pretended) -> None:
    asked = {"kind": "invitation", "status": "open", "language": "de"}
    named = {"network": {"id": an_id(1), "name": "Verbund Nord"}, "organisation": {"id": an_id(2), "name": "<b>Muster"}}
    services.says(f"GET /api/v1/challenges/{CHALLENGE}", {**asked, **named})
    async with a_browser(services, signed_in=False) as browser:
        page = await browser.open(f"/challenges/{CHALLENGE}?sig=mailed")

    assert "für „&lt;b&gt;Muster“ im Verbund „Verbund Nord“" in page.text


async def test_signing_out_ends_the_session_here_and_there(services: Pretended) -> None:
    async with a_browser(services) as browser:
        await browser.open("/")
        await browser.send("/abmelden")

        assert services.sent("POST /api/v1/sessions/end") == {"secret": "of-petra"}
        assert "__Host-session" not in browser.client.cookies
        assert "Anmelden" in browser.page.text
