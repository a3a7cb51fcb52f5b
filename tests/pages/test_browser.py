"""The pages in a real browser: accessible, without scripts, by keyboard alone, on narrow and wide screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lyceum.core.clock import now
from lyceum.registrations.models import Registration
from lyceum.registrations.services.guest_links import mint_guest_link
from tests.factories.accounts import PASSWORD, StaffFactory, UserFactory
from tests.pages import scenes
from tests.pages.browser import chromium, overflow, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WIDTHS = (360, 768, 1440)
LONG = "Arzneimitteltherapiesicherheit in der Hausarztpraxis: Wechselwirkungen, Nebenwirkungen, Verantwortlichkeiten"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, chromium() as started:
        # Playwright's loop runs in this thread; the rows are made from here all the same.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield started


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Give a window: `open_page(width=360, color_scheme="dark")`."""
    contexts = []

    def opened(*, width: int = 1440, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def addresses() -> dict[str, str]:
    """One address for each kind of page, with the rows that it shows."""
    user = UserFactory(email="member@example.org")
    made = scenes.event(
        LONG,
        capacity=30,
        cpd_enabled=True,
        cpd_credit_value=2,
        cpd_credit_type="CME",
        description="One.\n\nTwo.",
        skill_tags=["safety"],
        registration_deadline=now() + timedelta(days=3),
    )
    scenes.questions(made)
    full = scenes.event(
        "Full house", slug="full", capacity=1, waitlist_enabled=True, format="in_person", location="Leipzig"
    )
    scenes.registration(full, email="first@example.org")
    scenes.event("Called off", slug="off", status="cancelled", cancelled_at=now())
    guest = scenes.registration(made)
    proof = scenes.certificate(scenes.registration(made, email=user.email, user=user))
    link = mint_guest_link(guest, at=now()).removeprefix("http://testserver").split("?")[0]
    return {
        "home": "/",
        "nothing found": "/?q=zzz",
        "event": f"/events/{made.slug}/",
        "waiting list": "/events/full/",
        "cancelled": "/events/off/",
        "guest": link,
        "guest cancel": f"{link}cancel/",
        "verify": "/verify/",
        "mistyped": "/verify/?certificate_id=x",
        "verified": f"/verify/{proof.certificate_id}/",
        "unknown": "/verify/00000-00000-00000-00000/",
        "sign in": "/sign-in/",
        "sign up": "/sign-up/",
        "forgot": "/forgot-password/",
        "reset": "/reset-password/?token=x",
        "address": "/verify-email/?token=x",
        "address again": "/verify-email/again/",
        "404": "/nowhere/",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    found = {}
    for name, address in addresses().items():
        page.goto(address)
        if problems := violations(page):
            found[name] = problems
    page.goto("/events/reading-the-ecg/")
    page.get_by_role("button", name="Register").click()
    assert page.get_by_role("alert").is_visible()
    found["event, refused"] = violations(page)
    enter(page)
    page.goto("/account/")
    found["account"] = violations(page)
    page.goto("/sign-out/")
    found["sign out"] = violations(page)
    assert not {name: problems for name, problems in found.items() if problems}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(open_page: Callable[..., Page], width: int) -> None:
    page = open_page(width=width)
    wide = {}
    for name, address in addresses().items():
        page.goto(address)
        wide[name] = overflow(page)
    enter(page)
    page.goto("/account/")
    wide["account"] = overflow(page)
    assert not {name: pixels for name, pixels in wide.items() if pixels > 0}


def test_no_page_breaks_the_content_security_policy(open_page: Callable[..., Page]) -> None:
    page = open_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name, address in addresses().items():
        # A 404 is logged by the browser itself, which is no complaint about the page.
        if name not in ("404", "unknown", "mistyped"):
            page.goto(address)
    enter(page)
    page.goto("/account/")
    assert complaints == []


def test_the_admin_works_under_the_same_policy(open_page: Callable[..., Page]) -> None:
    made = scenes.event()
    StaffFactory(email="member@example.org", is_superuser=True)
    page = open_page(color_scheme="dark")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    enter(page)
    for address in ("/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/events/event/",
                    f"/admin/events/event/{made.pk}/change/"):  # fmt: skip
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
    assert complaints == []


def test_without_scripts_a_guest_registers_sees_and_cancels(open_page: Callable[..., Page]) -> None:
    made = scenes.event()
    page = open_page(width=360, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Reading the ECG").click()
    page.get_by_label("Full name").fill("Ada Byron")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_role("button", name="Register").click()
    assert page.get_by_text("Your place is kept").is_visible()
    row = Registration.objects.get(event=made)
    page.goto(mint_guest_link(row, at=now()).removeprefix("http://testserver"))
    page.get_by_role("link", name="Cancel my registration").click()
    page.get_by_role("button", name="Cancel my registration").click()
    assert page.get_by_role("status").get_by_text("is cancelled").is_visible()
    row.refresh_from_db()
    assert row.status == "cancelled"


def test_by_keyboard_alone_a_guest_registers(open_page: Callable[..., Page]) -> None:
    scenes.event()
    page = open_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to(page, "Reading the ECG")
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/reading-the-ecg/")
    tab_to(page, "full_name")
    page.keyboard.type("Ada Byron")
    page.keyboard.press("Tab")
    page.keyboard.type("not an address")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, "email")
    page.keyboard.press("Control+A")
    page.keyboard.type("ada@example.org")
    tab_to(page, "allow_public_verification")
    page.keyboard.press("Space")
    tab_to(page, "Register")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registered/**")
    row = Registration.objects.get()
    assert (row.email, row.allow_public_verification) == ("ada@example.org", True)


def test_by_keyboard_alone_a_person_signs_in_and_out(open_page: Callable[..., Page]) -> None:
    UserFactory(email="member@example.org")
    page = open_page()
    page.goto("/")
    tab_to(page, "Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/")
    tab_to(page, "email")
    page.keyboard.type("member@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/")
    tab_to(page, "Sign out")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert page.get_by_text("You are signed out.").is_visible()


def test_focus_is_always_visible(open_page: Callable[..., Page]) -> None:
    scenes.event()
    page = open_page()
    page.goto("/events/reading-the-ecg/")
    for _ in range(15):
        page.keyboard.press("Tab")
        style = page.evaluate("(s => s.outlineStyle + ' ' + s.outlineWidth)(getComputedStyle(document.activeElement))")
        assert style == "solid 3px", focused(page)


def test_the_verification_page_prints(open_page: Callable[..., Page]) -> None:
    proof = scenes.certificate(scenes.registration(scenes.event()))
    page = open_page()
    page.goto(f"/verify/{proof.certificate_id}/")
    page.emulate_media(media="print")
    assert page.get_by_text("This certificate is valid").is_visible()
    assert page.get_by_text(f"http://testserver/verify/{proof.certificate_id}/").is_visible()
    assert not page.get_by_role("navigation").first.is_visible()


@pytest.mark.parametrize(
    ("path", "shown"), [("/api/docs/", "/api/v1/auth/login/"), ("/api/redoc/", "Download OpenAPI specification")]
)
def test_the_documentation_renders_under_the_policy(open_page: Callable[..., Page], path: str, shown: str) -> None:
    page, refused, asked = open_page(), [], []
    page.on("console", lambda message: refused.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path)
    page.get_by_text(shown).first.wait_for(timeout=60_000)
    page.wait_for_timeout(500)
    # Nothing is asked of another host: neither let through nor held back by the policy.
    assert [text for text in refused if "Content Security Policy" in text] == []
    own = ("data:", "blob:", page.evaluate("location.origin"))
    assert [url for url in asked if not url.startswith(own)] == []
    assert len(asked) > 3
    assert page.get_by_alt_text("redocly logo").filter(visible=True).count() == 0


def enter(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Email").fill("member@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account/")


def focused(page: Page) -> str:
    """Return the name or the text of what has the focus."""
    found = page.evaluate("(e => e.name || e.innerText.trim())(document.activeElement)")
    return str(found)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(60):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {name}.")
