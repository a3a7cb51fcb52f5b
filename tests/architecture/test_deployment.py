"""The files that start the scaled set-up keep their promises; they can't be run everywhere, so they are read."""

import re
from typing import Any

import pytest
import yaml

from tests.architecture.sources import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
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


def test_the_scaled_test_starts_what_compose_starts():
    text = (ROOT / "tests" / "journeys" / "scaled_setup.py").read_text()
    for words in ("--blocking-threads", "--respawn-failed-workers", "--without-gossip", "deploy", "nginx.conf"):
        assert words in text
        assert words in DOCKERFILE + (ROOT / "compose.yaml").read_text()


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
