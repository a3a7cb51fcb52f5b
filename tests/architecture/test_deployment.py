"""The files that start the scaled set-up keep their promises; they can't be run everywhere, so they are read."""

import os
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from django.conf import settings

from lyceum.config.serve import WIRE
from lyceum.core.http.public_answers import PERSONAL_COOKIES, SECRET_PARAMETERS
from tests.architecture.routing import all_patterns, view_of
from tests.architecture.sources import ROOT
from tests.journeys.scaled_setup import free_port

pytestmark = pytest.mark.both_databases

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
OURS = ["web", "worker", "beat", "migrate"]


def test_every_part_is_there():
    assert set(COMPOSE["services"]) == {"nginx", "web", "worker", "beat", "migrate", "postgres", "redis"}


@pytest.mark.parametrize("name", sorted(set(COMPOSE["services"]) - {"migrate"}))
def test_what_keeps_running_says_how_it_is(name: str):
    # The image of web carries its own check.
    service = COMPOSE["services"][name]
    assert "healthcheck" in service or name == "web"
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_ours_run_with_few_rights(name: str):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service


def test_the_image_is_small_in_rights_and_says_how_it_is():
    stages = DOCKERFILE.split("\nFROM ")
    assert len(stages) == 3
    assert re.search(r"^USER lyceum$", stages[2], re.M)
    assert stages[2].index("USER lyceum") < stages[2].index("CMD [")
    assert "HEALTHCHECK" in stages[2]
    assert "--require-hashes" in stages[1]


def test_no_secret_stands_in_a_file():
    for name in ("compose.yaml", "Dockerfile", ".env.example", "deploy/nginx.conf"):
        text = (ROOT / name).read_text()
        for variable, value in re.findall(r"(\w*(?:PASSWORD|SECRET|TOKEN|KEY)\w*)\s*[=:][ \t]*(\S*)", text):
            assert value.startswith(("${", "?set", '"$(python')) or value == "", f"{name}: {variable}"


def test_only_nginx_is_reached_from_outside():
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["nginx"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_nginx_keeps_what_visitors_read_and_nothing_else():
    [pattern] = re.findall(r"location ~ (\S+) \{", NGINX)
    kept = re.compile(pattern)
    routes = {(route, view_of(callback)) for route, callback in all_patterns()}
    opted_in = {route for route, view in routes if getattr(view, "public_reads", None)}
    assert len(opted_in) >= 8
    for route in opted_in:
        assert kept.search(re.sub(r"<[^>]+>", "x", route)), route
    for path in ("/account/", "/r/x/", "/files/x/", "/api/v1/users/me/", "/api/v1/events/x/", "/events/x/registered/"):
        assert not kept.search(path), path
    [block] = re.findall(r"location ~ .*?\n    \}", NGINX, re.S)
    for words in (
        "proxy_cache_bypass $lyceum_own;",
        "proxy_no_cache $lyceum_own;",
        "proxy_cache_lock on;",
        "proxy_cache_background_update on;",
        "proxy_cache_key $lyceum_scheme:$host:$http_origin:$request_uri;",
        "limit_req zone=lyceum_people",
    ):
        assert words in block
    # For how long, the web alone says: it knows what may be kept, and its bound is the product's promise.
    assert "proxy_cache_valid" not in NGINX
    assert "proxy_cache_use_stale" not in NGINX
    [own] = re.findall(r"map (\S+) \$lyceum_own", NGINX)
    cookies = {settings.SESSION_COOKIE_NAME, *PERSONAL_COOKIES}
    assert set(re.findall(r"\$cookie_(\w+?)(?=\$|:)", own)) == cookies
    assert set(re.findall(r"\$arg_(\w+?)(?=\$|$)", own)) == SECRET_PARAMETERS
    assert "$http_authorization" in own


class Upstream(BaseHTTPRequestHandler):
    """Stands in for the web: counts, and lets everybody keep everything, so that nginx alone tells people apart."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        body = f"{type(self).asked}".encode()
        self.send_response(200)
        self.send_header("Vary", "Cookie, Authorization")
        self.send_header("Cache-Control", "public, max-age=60")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx isn't installed")
def test_nginx_asks_once_for_many_visitors_and_again_for_each_person(tmp_path: Path):
    web = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    port = free_port()
    text = NGINX.replace("${LYCEUM_LISTEN}", f"127.0.0.1:{port}").replace(
        "${LYCEUM_WEB}", f"127.0.0.1:{web.server_port}"
    )
    text = text.replace("/tmp/lyceum-public", f"{tmp_path}/public").replace("/dev/stdout", f"{tmp_path}/log")
    folders = "\n".join(
        f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(
        f"{user} daemon off; pid {tmp_path}/pid; error_log {tmp_path}/errors; events {{}}\n"
        f"http {{ {folders}\n{text}\n}}"
    )
    process = subprocess.Popen([str(shutil.which("nginx")), "-p", str(tmp_path), "-c", str(configuration)])
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=httpx.HTTPTransport(retries=20)) as visitor:
            for path in ("/", "/events/x/", "/api/v1/public/events/?page=2"):
                first = visitor.get(path).text
                assert visitor.get(path).text == first
                assert visitor.get(path, headers={"Cookie": "_ga=1; csrftoken=x"}).text == first
                for headers in ({"Cookie": "sessionid=a"}, {"Authorization": "Bearer a"}):
                    seen = {visitor.get(path, headers=headers).text for _ in range(2)}
                    assert len(seen) == 2
                    assert first not in seen
                assert visitor.get(path, headers={"Origin": "https://app.example"}).text != first
                assert visitor.get(path).text == first
            for path in ("/account/", "/events/x/?token=secret", "/api/v1/users/me/"):
                assert len({visitor.get(path).text for _ in range(2)}) == 2
    finally:
        process.terminate()
        process.wait(10)
        web.shutdown()


def test_the_scaled_test_starts_what_compose_starts():
    text = (ROOT / "tests" / "journeys" / "scaled_setup.py").read_text()
    for words in (
        "lyceum.config.asgi:application",
        "--respawn-failed-workers",
        "--without-gossip",
        "deploy",
        "nginx.conf",
    ):
        assert words in text
        assert words in DOCKERFILE + (ROOT / "compose.yaml").read_text()


def test_every_way_to_start_the_web_speaks_to_the_network_alike():
    container = " ".join(re.findall(r'"([^"]*)"', DOCKERFILE[DOCKERFILE.index('CMD ["granian') :]))
    native = (ROOT / "docs" / "operations.md").read_text()
    for text in (container, native):
        assert " ".join(WIRE) in text
        assert "lyceum.config.asgi:application" in text
        assert "lyceum.config.wsgi" not in text


def test_decisions_are_short_and_in_order():
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    assert {path.name: lines for path in records if (lines := len(path.read_text().splitlines())) > 60} == {}


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/operations.md"]
)
def test_links_between_documents_lead_somewhere(name: str):
    page = ROOT / name
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []
