"""Stored files and the signed links that give them out."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import time_machine
from botocore.config import Config
from django.core.files.storage import storages
from django.http import FileResponse
from django.test import Client, override_settings
from moto.server import ThreadedMotoServer

from lyceum.config.env import Misconfigured
from lyceum.config.settings.storages import storages as configured
from lyceum.core.files import storage
from lyceum.integrations.storage.s3 import S3FileStorage

START = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
S3_BACKEND = "lyceum.integrations.storage.s3.S3FileStorage"


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Any, settings: Any) -> Iterator[str]:
    if request.param == "local":
        backend: dict[str, Any] = {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    else:
        endpoint = request.getfixturevalue("s3_endpoint")
        keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
        boto3.client("s3", endpoint_url=endpoint, **keys).create_bucket(Bucket="lyceum")
        options = {"bucket_name": "lyceum", "access_key": "k", "secret_key": "s", "region_name": "us-east-1"}
        limits = {"file_overwrite": False, "max_memory_size": 1024, "default_acl": None}
        backend = {"BACKEND": S3_BACKEND, "OPTIONS": {**options, **limits, "endpoint_url": endpoint}}
    with override_settings(STORAGES={**settings.STORAGES, "default": backend}):
        yield request.param


def path_of(link: str) -> str:
    assert link.startswith("http://testserver/files/")
    return link.removeprefix("http://testserver")


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_what_is_stored_is_read_back_and_deleted(store: str) -> None:
    key = storage.store("certificates/backgrounds", b"%PDF-1", content_type="application/pdf")
    assert re.fullmatch(r"certificates/backgrounds/[0-9a-f-]{36}\.pdf", key)
    assert storage.read(key) == b"%PDF-1"
    assert storage.exists(key)
    storage.delete(key)
    assert not storage.exists(key)
    storage.delete(key)
    storage.delete("")
    with pytest.raises(FileNotFoundError):
        storage.read(key)


def test_a_large_file_is_stored_from_a_file(store: str) -> None:
    content = b"0123456789" * 300_000
    key = storage.store("exports", io.BytesIO(content), content_type="application/zip")
    with storage.opened(key) as file:
        assert file.read(10) == b"0123456789"
    assert storage.read(key) == content


def test_a_link_gives_the_file(store: str, client: Client) -> None:
    content = b"x" * 200_000
    key = storage.store("certificates", content, content_type="application/pdf")
    response = client.get(path_of(storage.signed_link(key, filename="Zoë's proof.pdf")))
    assert isinstance(response, FileResponse)
    assert response.status_code == 200
    assert response.streaming
    assert body(response) == content
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == "200000"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Zo%C3%AB%27s%20proof.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_only_harmless_types_are_shown_in_place(client: Client) -> None:
    png = storage.store("avatars", b"\x89PNG", content_type="image/png")
    shown = client.get(path_of(storage.signed_link(png, filename="me.png", inline=True)))
    assert shown["Content-Disposition"] == 'inline; filename="me.png"'
    assert "sandbox" in shown["Content-Security-Policy"]
    page = storage.store("exports", b"<script>", content_type="text/html")
    sent = client.get(path_of(storage.signed_link(page, filename="page.html", inline=True)))
    assert sent["Content-Type"] == "application/octet-stream"
    assert sent["Content-Disposition"] == 'attachment; filename="page.html.bin"'


def test_a_link_expires_on_the_real_clock(client: Client) -> None:
    key = storage.store("exports", b"a", content_type="text/csv")
    with time_machine.travel(START, tick=False) as traveller:
        path = path_of(storage.signed_link(key, filename="a.csv", seconds=60))
        traveller.move_to(START + timedelta(seconds=59))
        assert client.get(path).status_code == 200
        traveller.move_to(START + timedelta(seconds=60))
        assert client.get(path).status_code == 404


def test_a_changed_link_gives_nothing(client: Client) -> None:
    key = storage.store("exports", b"secret", content_type="text/csv")
    path = path_of(storage.signed_link(key, filename="a.csv"))
    token = path.split("/")[2]
    middle = len(token) // 3
    flipped = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    for changed in (flipped, token[:-1], token + "A", "x", "a:b", "%00", "a" * 5000, "😀", "..%2f..%2fetc"):
        assert client.get(f"/files/{changed}/").status_code == 404


def test_a_key_outside_the_store_gives_nothing(client: Client) -> None:
    for key in ("../../etc/passwd", "/etc/passwd", "", "missing.pdf", "a\x00b"):
        assert client.get(path_of(storage.signed_link(key, filename="x.pdf"))).status_code == 404


def test_a_file_that_is_gone_is_not_found(store: str, client: Client) -> None:
    key = storage.store("exports", b"a", content_type="text/csv")
    storage.delete(key)
    assert client.get(path_of(storage.signed_link(key, filename="a.csv"))).status_code == 404


def test_a_link_can_only_be_read(client: Client) -> None:
    key = storage.store("exports", b"abc", content_type="text/csv")
    path = path_of(storage.signed_link(key, filename="a.csv"))
    assert client.post(path).status_code == 405
    assert client.head(path)["Content-Length"] == "3"


def test_a_hostile_name_stays_out_of_the_header(client: Client) -> None:
    key = storage.store("exports", b"abc", content_type="text/csv")
    link = storage.signed_link(key, filename='a"\r\nSet-Cookie: x=1\u202e\x00' + "n" * 10_000)
    response = client.get(path_of(link))
    assert response.status_code == 200
    assert "Set-Cookie" not in response
    assert len(response["Content-Disposition"]) < 300


def test_a_prefix_is_ours_and_never_a_persons() -> None:
    for prefix in ("", "../x", "a b", "Ü", "/abs"):
        with pytest.raises(ValueError, match="storage key"):
            storage.store(prefix, b"a", content_type="text/csv")


def test_the_store_has_what_the_protocol_asks() -> None:
    for name in ("save", "open", "delete", "exists", "size"):
        assert callable(getattr(storages["default"], name))


def test_a_storage_that_is_out_of_reach_is_no_fault_of_ours(settings: Any, client: Client) -> None:
    options = {"bucket_name": "b", "access_key": "k", "secret_key": "s", "endpoint_url": "http://127.0.0.1:9"}
    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    backend = {"BACKEND": S3_BACKEND, "OPTIONS": {**options, "region_name": "us-east-1", "client_config": quick}}
    with override_settings(STORAGES={**settings.STORAGES, "default": backend}):
        assert client.get(path_of(storage.signed_link("a.pdf", filename="a.pdf"))).status_code == 503


def test_s3_is_not_waited_for_without_end() -> None:
    config = S3FileStorage(bucket_name="b").client_config
    assert (config.connect_timeout, config.read_timeout) == (5, 20)
    assert config.retries == {"total_max_attempts": 3}


def test_the_setting_chooses_the_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured()["default"]["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    monkeypatch.setenv("STORAGE_BACKEND", "s3")
    with pytest.raises(Misconfigured, match="AWS_STORAGE_BUCKET_NAME"):
        configured()
    monkeypatch.setenv("AWS_STORAGE_BUCKET_NAME", "lyceum")
    assert configured()["default"]["BACKEND"] == S3_BACKEND
    monkeypatch.setenv("STORAGE_BACKEND", "gcs")
    monkeypatch.setenv("GCS_BUCKET_NAME", "lyceum")
    assert configured()["default"]["OPTIONS"]["bucket_name"] == "lyceum"
    monkeypatch.setenv("STORAGE_BACKEND", "tape")
    with pytest.raises(Misconfigured):
        configured()
