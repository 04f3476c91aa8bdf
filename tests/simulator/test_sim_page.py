"""The telephone page in a real browser: its script keeps it up to date, and the keyboard works."""

from playwright.sync_api import Page, expect

from tests.simulator.stub_product import CALLER, LINE, Product, Telephones


def test_a_call_is_made_with_keyboard_and_script(
    product: Product, telephones: Telephones, page: Page
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    product.put(
        "/voice", "<Gather numDigits='1' timeout='5000' action='/menu'><Say>Press a key</Say></Gather>"
    )
    product.put("/menu", "<Gather input='speech' timeout='5000' action='/said'><Say>Speak</Say></Gather>")
    product.put("/said", "<Say language='es-US'>Gracias</Say><Pause length='5000'/>")

    page.goto(f"{telephones.url}/phone")
    page.get_by_label("Your number").fill(CALLER)
    page.get_by_role("button", name="Dial").click()
    transcript = page.get_by_role("log", name="What you hear")
    expect(transcript).to_contain_text("Press a key")
    page.keyboard.press("3")
    assert product.first("/menu").form["Digits"] == "3"
    expect(transcript).to_contain_text("Speak")
    page.get_by_label("Say something").fill("2 children")
    page.keyboard.press("Enter")
    assert product.first("/said").form["SpeechResult"] == "2 children"
    expect(transcript.locator("li[lang=es-US]")).to_have_text("Gracias")
    expect(page.get_by_label("Say something")).to_have_value("")
    page.get_by_role("button", name="Hang up").click()
    expect(page.get_by_role("status")).to_have_text("The call is over")
    expect(page.get_by_role("button", name="Key 1")).to_be_disabled()
    expect(page.get_by_role("button", name="Dial")).to_be_enabled()
    assert complaints == []


def test_a_ringing_telephone_appears_and_is_answered(
    product: Product, telephones: Telephones, page: Page
) -> None:
    telephones.phone("client:ana", behaviour="manual")
    product.put("/x", "<Say>Hello Ana</Say><Pause length='5000'/>")
    page.goto(f"{telephones.url}/phone")
    form = {"To": "client:ana", "From": LINE, "Url": f"{product.url}/x", "Timeout": "5000"}
    answer = telephones.client.post(
        f"{telephones.url}/2010-04-01/Accounts/AC{'0' * 32}/Calls.json",
        data=form,
        auth=("AC" + "0" * 32, "12345"),
    )
    page.get_by_role("button", name="Answer client:ana").click()
    telephones.hears(answer.json()["sid"], "Hello Ana")
    expect(page.get_by_text("is on a call")).to_be_visible()
    page.get_by_role("link", name="Be this person").click()
    expect(page.get_by_role("log")).to_contain_text("Hello Ana")
