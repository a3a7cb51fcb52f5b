"""Every part of every address, filled with what a stranger would try: never a 5xx, and a refusal that says so."""

from __future__ import annotations

import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.architecture.sources import SOURCE
from tests.factories.accounts import StaffFactory
from tests.journeys.hostile import BAD_CURSORS, BAD_MOMENTS, LONG, NUMBERS, SHORT, WORDS, asked_of
from tests.journeys.tenants import BODIES, Tenant, attendee, client_of, content_of, fill, routes, send, undone

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db, pytest.mark.timeout(600)]

# Pages read these from their addresses; a test compares the sources with them.
PAGE_WORDS = {"token", "next", "page", "q", "type", "format", "when", "credits", "certificate_id", "to", "kind"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(autouse=True)
def _no_line_for_each_refusal() -> Iterator[None]:
    """Thousands of long addresses would stand in the log of a test that fails."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Path template, and each query parameter's name and shape: those of the schema, and those it doesn't list."""
    for _, path, operation in BODIES.operations("get"):
        shapes = {one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == "query"}
        yield path, shapes | _filters_of_an_export(path)


def _filters_of_an_export(path: str) -> dict[str, Any]:
    """A download takes the filters of its list."""
    known = BODIES.schema["paths"].get(path.replace("export/", ""), {}).get("get", {}).get("parameters", [])
    paging = {"page", "page_size", "cursor", "search", "ordering"}
    if not path.endswith("/export/"):
        return {}
    return {one["name"]: one["schema"] for one in known if one["in"] == "query" and one["name"] not in paging}


def client_for(role: str, tenant: Tenant) -> APIClient:
    makers: dict[str, Callable[[], APIClient]] = {
        "owner": lambda: tenant.client,
        "staff": lambda: client_of(StaffFactory()),
        "attendee": attendee,
        "anonymous": lambda: client_of(None),
    }
    return makers[role]()


def ask(client: APIClient, address: str) -> Any:
    """Read the whole answer: a download that is left off keeps its place in the database open."""
    return send(client, "GET", "", address)


def answers(client: APIClient, tenant: Tenant, *, without: set[str]) -> Iterator[tuple[str, Any, set[int]]]:
    """Ask every list and every thing with every value; give what was asked, the answer, and what it may be."""
    for path, shapes in operations():
        address = fill(path, tenant.parameters(path))
        for name, shape in shapes.items():
            for word, (value, allowed) in asked_of(name, shape).items():
                if word not in without:
                    answer = ask(client, f"{address}?{name}={value}")
                    yield f"{path} {name}: {word}", answer, allowed


def test_a_bad_value_of_a_known_parameter_is_refused_as_such() -> None:
    tenant = Tenant()
    tenant.owner.is_staff = True
    wrong, count = [], 0
    for asked, answer, allowed in answers(tenant.client, tenant, without=LONG):
        count += 1
        if answer.status_code not in allowed:
            wrong.append(f"{asked}: {what_came(answer)} instead of {sorted(allowed)}")
    assert wrong == []
    assert count > 2000


@pytest.mark.slow
def test_no_value_breaks_an_owners_route() -> None:
    tenant, wrong = Tenant(), []
    for asked, answer, allowed in answers(tenant.client, tenant, without=set()):
        if not refused(answer) or answer.status_code not in allowed | {403}:
            wrong.append(f"{asked}: {what_came(answer)}")
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("role", ["staff", "attendee", "anonymous"])
def test_no_values_break_a_route_whoever_asks(role: str) -> None:
    """What others may ask is read as the owner's is, one parameter after the other; here all of them come at once."""
    tenant = Tenant()
    client, wrong = client_for(role, tenant), []
    for path, shapes in operations():
        address = fill(path, tenant.parameters(path))
        asked = {name: asked_of(name, shape) for name, shape in shapes.items()}
        for word in {word: None for words in asked.values() for word in words}:
            query = "&".join(f"{name}={words[word][0]}" for name, words in asked.items() if word in words)
            answer = ask(client, f"{address}?{query}")
            if not refused(answer):
                wrong.append(f"{path}: {word}: {what_came(answer)}")
    assert wrong == []


def what_came(answer: Any) -> str:
    """Return the status, and after a fault of the code its exception."""
    fault = (getattr(answer, "exc_info", None) or [None, ""])[1]
    return f"{answer.status_code} {fault!r:.300}" if fault else str(answer.status_code)


def refused(answer: Any) -> bool:
    """Say whether it is an answer, or a refusal in the product's shape."""
    status = int(answer.status_code)
    return status < 400 or (status < 500 and answer.json()["error"]["status"] == status)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["{name}={value}&{name}={value}", "{name}[]={value}", "{name}[a]={value}", "{name}"])
def test_no_repeated_parameter_breaks_a_route(form: str) -> None:
    tenant, wrong = Tenant(), []
    for path, shapes in operations():
        address = fill(path, tenant.parameters(path))
        for value in ("%00", "-1", BAD_CURSORS["a position of NUL"], BAD_MOMENTS["after the last moment"]):
            # Each by itself where they are read one after the other, else all of them at once.
            for names in [[name] for name in shapes] if value == "-1" else [list(shapes)]:
                query = "&".join(form.format(name=name, value=value) for name in names)
                answer = ask(tenant.client, f"{address}?{query}")
                if not refused(answer):
                    wrong.append(f"{path} {query:.200}: {what_came(answer)}")
    assert wrong == []


def test_the_words_that_pages_read_are_known_here() -> None:
    read = re.compile(r"(?:\bGET|query_params)(?:\.get\(|\[)\"(\w+)\"")
    known = {name for _, shapes in operations() for name in shapes} | {"invitation"}
    found = {word for path in SOURCE.rglob("*.py") for word in read.findall(path.read_text())}
    assert found - known <= PAGE_WORDS


def pages() -> Iterator[str]:
    machines = {"/healthz/", "/readyz/", "/metrics", "/favicon.ico"}
    yield from (path for _, path, _ in routes("GET") if not path.startswith("/api/") and path not in machines)


def broken_pages(client: APIClient, tenant: Tenant, kinds: dict[str, str]) -> list[str]:
    """Ask each page with each value in all words at once, and in `page`, which ends the matter, by itself."""
    wrong = []
    for path in pages():
        address = fill(path, tenant.parameters(path))
        for kind, value in kinds.items():
            others = "&".join(f"{word}={value}" for word in sorted(PAGE_WORDS - {"page"}))
            for query in (f"page={value}", others):
                answer = ask(client, f"{address}?{query}")
                if answer.status_code >= 500:
                    wrong.append(f"{path} {query:.10}: {kind}: {what_came(answer)}")
    return wrong


def test_no_query_breaks_a_page() -> None:
    tenant = Tenant()
    assert broken_pages(client_of(None), tenant, {kind: WORDS[kind] for kind in SHORT}) == []


@pytest.mark.slow
@pytest.mark.parametrize("role", ["owner", "anonymous"])
def test_no_query_breaks_a_page_whoever_asks(role: str) -> None:
    tenant = Tenant()
    assert broken_pages(client_for(role, tenant), tenant, WORDS | NUMBERS)[:5] == []


def lost_ways(tenant: Tenant, words: dict[str, str]) -> list[str]:
    """Put each word into each part of each path, the others being right; return what answers as if it were there."""
    wrong = []
    for method, path, audience in routes(*METHODS):
        own = tenant.parameters(path)
        allowed = {404} if method == "GET" and audience != "staff" else {400, 403, 404, 405, 422}
        for name in re.findall(r"\{(\w+)\}", path):
            for kind, value in words.items():
                address = fill(path, {**own, name: value})
                answer = undone(lambda m=method, p=path, a=address: send(tenant.client, m, p, a))
                if answer.status_code not in allowed and not answers_in_its_own_way(path, answer):
                    wrong.append(f"{method} {path} {name}: {kind}: {what_came(answer)}")
    return wrong


PARTS = {"dots": "%2E%2E", "a signature": "a:b:c", "colons": ":" * 10_000, "an identifier": "0" * 36}


def test_no_part_of_a_path_breaks_a_route() -> None:
    """Identifiers, slugs, mailed tokens, signed links: what is none of them isn't there."""
    assert lost_ways(Tenant(), PARTS | {kind: WORDS[kind] for kind in SHORT}) == []


@pytest.mark.slow
def test_no_part_of_a_path_breaks_a_route_whatever_it_is() -> None:
    assert lost_ways(Tenant(), WORDS | NUMBERS) == []


def answers_in_its_own_way(path: str, answer: Any) -> bool:
    """Say whether this is a page or route that answers a stranger's word without saying what is there."""
    status = int(answer.status_code)
    return {
        # Leads back to the event's own page, which says whether there is one; no browser is sent to a longer address.
        "/events/{slug}/registered/": status in {302, 400},
        # Takes POST alone.
        "/account/devices/{key}/sign-out/": status in {404, 405},
    }.get(path, False)


SCRAPS = st.one_of(
    st.text(max_size=40),
    st.sampled_from([*BAD_MOMENTS.values(), "0001-01-01", "9999-12-31 23:59:59.999999+00:00", "\x00", "NaN", "1e400"]),
    st.datetimes().map(str),
    st.integers().map(str),
)


def cursor_of(text: str) -> str:
    return b64encode(text.encode("utf-8", "replace")).decode()


CURSORS = st.one_of(
    st.text(max_size=60),
    st.binary(max_size=80).map(lambda raw: b64encode(raw).decode()),
    st.builds(
        lambda parts, between: b64encode(
            between.join(f"{k}={v}" for k, v in parts).encode("utf-8", "replace")
        ).decode(),
        st.lists(st.tuples(st.sampled_from("oprx"), SCRAPS), max_size=4),
        st.sampled_from(["&", ";", "&&", ""]),
    ),
)


def test_any_cursor_is_a_place_or_is_refused(api: APIClient) -> None:
    Tenant()

    @settings(
        max_examples=300, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(CURSORS)
    @example("cD0lMDA=")
    def check(text: str) -> None:
        encoded = text.encode("utf-8", "replace").decode()
        answer = api.get("/api/v1/public/events/", {"cursor": encoded})
        assert answer.status_code in {200, 422}, content_of(answer)
        if answer.status_code == 422:
            assert list(answer.json()["error"]["details"]) == ["cursor"]

    check()


def test_a_cursor_of_ours_leads_through_the_whole_list_and_back(api: APIClient) -> None:
    for _ in range(4):
        Tenant()
    seen: list[str] = []
    address: str | None = "/api/v1/public/events/?cursor=&page_size=1"
    previous = ""
    while address:
        body = api.get(address).json()
        seen += [row["id"] for row in body["results"]]
        previous, address = body["previous"], body["next"]
    assert len(seen) == len(set(seen)) == api.get("/api/v1/public/events/").json()["count"] > 3
    assert [row["id"] for row in api.get(previous).json()["results"]] == [seen[-2]]
