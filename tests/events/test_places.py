"""What may be said of a place in public, and what is a link or a passcode."""

import time

import pytest

from lyceum.events.rules.places import as_link, holds_link

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(
    "text",
    [
        "https://zoom.us/j/1", "zoom.us/j/85746065432?pwd=x", "meet.google.com/abc-defg-hij", "teams.microsoft.com/l/x",
        "ZOOM.US", "us02web.zoom.us.", "zoom.us-east", "a..zoom.us", "www.example", "10.0.0.1/x", "1.10.0.0.1:80",
        "zoom。us/j/1", "ｚｏｏｍ．ｕｓ", "z\u200boom.us", "Zoom 857 4606 5432", "Meeting ID: 857-4606-5432",
        "Passcode: 123456",
        "example.museum/room", "Hall 2, see lyceum.example.org/map",
    ],
)  # fmt: skip
def test_what_leads_somewhere(text: str) -> None:
    assert holds_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Hall 2, Kungsgatan 5", "St. John's College", "St.John's", "Room 3.14", "c/o Dr. Okafor", "Bldg. A.2",
        "Zoom Hotel, Tel 030 123 4567", "Meeting room 12, +49 301 234 5678", "Webinar suite, phone: 0301 234 567",
        "Aula (1.OG), 10115 Berlin",
    ],
)  # fmt: skip
def test_what_is_only_a_place(text: str) -> None:
    assert not holds_link(text)


@pytest.mark.parametrize("piece", ["a.", "a..", "a-", "1.", "pwd ", "zoom 1", "a.b/", "Aa.", "ü."])
def test_a_long_text_is_judged_at_once(piece: str) -> None:
    """A hundred sessions with such rooms are one request."""
    text = (piece * 2000)[:2000]
    began = time.process_time()
    for _ in range(100):
        holds_link(text)
        as_link(text)
    assert time.process_time() - began < 2
