"""What strangers put into an address: values for its query and for the parts of its path."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

OVERLONG = "a" * 100_000
# As they stand in an address. Each is a bad value of whatever isn't free text.
WORDS = {
    "NUL": "%00",
    "NUL within": "a%00b",
    "half a character": "%ED%A0%80",
    "not UTF-8": "%FF%FE",
    "not a number": "NaN",
    "without end": "Infinity",
    "too large for a float": "1e400",
    "a quote": "'%20OR%20'1'='1",
    "a list": "[1,2]",
    "a thing": '{"a":1}',
    "markup": "<script>",
    "a format": "%25s%25n{0.__class__}",
    "a way up": "..%2F..%2Fetc%2Fpasswd",
    "a line break": "a%0D%0ASet-Cookie:%20a=b",
    "right to left": "%E2%80%AEabc",
    "digits of another script": "%D9%A1%D9%A2%D9%A3",
    "negative": "-1",
    "a fraction": "1.5",
    "hexadecimal": "0x1",
    "overlong": OVERLONG,
    "overlong number": "9" * 100_000,
}
# Whole numbers: of a page each is one beyond the last.
NUMBERS = {"huge": str(10**30), "huge beyond words": str(10**400), "one past 64 bits": str(2**63)}
BAD_MOMENTS = {
    "after the last moment": "9999-12-31T23:59:59-14:00",
    "before the first moment": "0001-01-01T00:00:00%2B14:00",
    "year 10000": "10000-01-01T00:00:00Z",
    "year 0": "0000-01-01",
    "no such day": "2026-02-30",
    "no such hour": "2026-05-01T25:00:00Z",
    "no such offset": "2026-05-01T00:00:00%2B99:99",
}
GOOD_MOMENTS = {
    "the last moment": "9999-12-31T23:59:59.999999Z",
    "the first moment": "0001-01-01T00:00:00Z",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "with an offset": "2026-05-01T09:00:00%2B02:00",
}


def cursor(text: str) -> str:
    """Return a cursor that says this."""
    return b64encode(text.encode()).decode().replace("+", "%2B").replace("=", "%3D")


BAD_CURSORS = {
    "the one from the report": "cD0lMDA=",
    "no base64": "not base64!",
    "wrong padding": "cD0",
    "base64 of nothing in particular": cursor("hello"),
    "base64 of bytes": b64encode(bytes(range(256))).decode().replace("+", "%2B"),
    "a position of NUL": cursor("p=%00"),
    "an empty position": cursor("p="),
    "a position of letters": cursor("p=abc"),
    "a position of half a character": cursor("p=%ED%A0%80"),
    "a position that is no number": cursor("p=NaN"),
    "a position without end": cursor(f"p={10**400}"),
    "a position before the first moment": cursor("p=0001-01-01 00:00:00%2B14:00"),
    "a position after the last moment": cursor("p=9999-12-31 23:59:59-14:00"),
    "a position in the year 10000": cursor("p=10000-01-01 00:00:00%2B00:00"),
    "a position that is a list": cursor("p=[]"),
    "two positions": cursor("p=2026-01-01&p=2026-01-02"),
    "an offset below zero": cursor("o=-1"),
    "an offset without end": cursor(f"o={10**400}"),
    "an offset of letters": cursor("o=a"),
    "a direction of letters": cursor("r=x"),
    "a direction without end": cursor(f"r={10**400}"),
    "a part that is not known": cursor("p=2026-01-01&x=1"),
    "many parts": cursor("&".join(["o=1"] * 5000)),
    "a place without our signature": cursor(
        '["-created_at,-id",0,"2026-01-01","01890000-0000-7000-8000-000000000000"]'
    ),
    "a place with a signature of somebody": cursor('["starts_at,-id",0]') + ":" + "a" * 43,
    "a moment": cursor("p=0001-01-01 00:00:00%2B00:00"),
    "some rows on": cursor("o=1000"),
}
GOOD_CURSORS = {"the beginning": ""}

BAD, FINE, GONE = {422}, {200}, {404}
Asked = dict[str, tuple[str, set[int]]]


# Those of the words that every run asks with; the others do so in the long run.
SHORT = {"NUL", "NUL within", "half a character", "not a number", "a list", "digits of another script", "overlong"}
LONG = WORDS.keys() - SHORT


def asked_of(name: str, shape: dict[str, Any]) -> Asked:
    """Return what is asked of a parameter of the API: a word for it → the value, and the statuses that may answer."""
    if name == "cursor":
        return _each(BAD_CURSORS, BAD) | _each(GOOD_CURSORS, FINE) | _each({"overlong": OVERLONG}, BAD)
    if name == "page":
        return _each(WORDS, BAD) | _each(NUMBERS, GONE | BAD) | _each({"none": "0", "empty": ""}, BAD)
    if name == "page_size":
        return _each(WORDS, BAD) | _each(NUMBERS, FINE) | _each({"none": "0", "empty": ""}, BAD)
    if shape.get("format") == "date-time":
        return _each(WORDS | NUMBERS | BAD_MOMENTS, BAD) | _each(GOOD_MOMENTS | {"empty": ""}, FINE)
    if shape.get("enum") or shape.get("type") == "boolean" or shape.get("format") == "uuid" or name == "ordering":
        empty = FINE | BAD if name == "export_format" else FINE
        return _each(WORDS | NUMBERS | BAD_MOMENTS, BAD) | _each({"empty": ""}, empty)
    return _texts(bounded=name != "token")


def _texts(*, bounded: bool) -> Asked:
    asked = _each(WORDS | NUMBERS | BAD_MOMENTS, FINE | BAD | GONE) | _each({"empty": ""}, FINE)
    for word in ("NUL", "NUL within", "overlong", "overlong number") if bounded else ():
        asked[word] = (WORDS[word], BAD)
    return asked


def _each(values: dict[str, str], statuses: set[int]) -> Asked:
    return {word: (value, statuses) for word, value in values.items()}
