"""Reading a User-Agent header well enough for a person to recognise the device."""

import re
from dataclasses import dataclass

USER_AGENT_LENGTH = 400

# The first that matches wins: Edge and Opera also say Chrome, and Chrome also says Safari.
_BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
    ("curl", r"^curl/"),
    ("Python", r"python|httpx|aiohttp"),
)
_SYSTEMS = (
    ("Windows", r"Windows"),
    ("iPadOS", r"iPad"),
    ("iOS", r"iPhone|iPod"),
    ("Android", r"Android"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


@dataclass(frozen=True)
class Device:
    """What the header says. Everything in it may be made up."""

    user_agent: str
    device_type: str
    browser: str
    os: str


def read_device(user_agent: str) -> Device:
    """Return the device named by a header of any length and content."""
    text = "".join(char for char in user_agent[:USER_AGENT_LENGTH] if char.isprintable())
    os = _first(_SYSTEMS, text)
    return Device(user_agent=text, device_type=_device_type(text, os), browser=_first(_BROWSERS, text), os=os)


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in table if re.search(pattern, text, re.IGNORECASE)), "")


def _device_type(text: str, os: str) -> str:
    if os == "iPadOS" or (os == "Android" and "Mobile" not in text):
        return "tablet"
    if os in {"iOS", "Android"}:
        return "mobile"
    return "desktop" if os and _first(_BROWSERS[:6], text) else "other"
