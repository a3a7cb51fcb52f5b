"""Files that no row names go after a day, in every kind of storage; what a row names stays, whatever its age."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, storages

from lyceum.core import clock
from lyceum.core.files import storage, unused
from lyceum.core.files.unused import naming_columns, remove_unused_files
from lyceum.core.models import Job
from tests.core.test_files import s3_endpoint, store
from tests.factories.accounts import OrganizerFactory, UserFactory
from tests.factories.certificates import make_event, make_template, png_bytes, upload
from tests.factories.events import EventFactory

__all__ = ["s3_endpoint", "store"]
pytestmark = pytest.mark.django_db
LATER = timedelta(days=1, minutes=1)


def keep(prefix: str = "avatars") -> str:
    return storage.store(prefix, b"picture", content_type="image/png")


def sweep() -> int:
    with time_machine.travel(clock.real_now() + LATER, tick=True):
        return remove_unused_files(clock.now())


def test_what_no_row_names_goes_and_what_one_names_stays(store: str) -> None:
    user, event = UserFactory(), EventFactory()
    sweep()
    named = {"avatar": keep(), "cover": keep("events/covers"), "archive": keep("exports")}
    type(user).objects.filter(pk=user.pk).update(avatar_key=named["avatar"])
    type(event).objects.filter(pk=event.pk).update(cover_image=named["cover"], deleted_at=clock.now())
    Job.objects.create(kind="accounts.export_data", owner_id=user.pk, status="completed", file_key=named["archive"])
    unnamed = [keep(), keep("certificates/backgrounds")]

    assert remove_unused_files(clock.now()) == 0  # They are too young.
    assert sweep() == 2

    assert [storage.exists(key) for key in unnamed] == [False, False]
    assert all(storage.exists(key) for key in named.values())
    assert sweep() == 0


def test_every_column_keeps_what_it_names(store: str) -> None:
    """Each of them alone, so that one that is forgotten can't hide behind another."""
    template = make_template(OrganizerFactory())
    rows: dict[str, Any] = {
        "accounts.User": template.owner,
        "certificates.CertificateTemplate": template,
        "core.Job": Job.objects.create(kind="accounts.export_data", owner_id=template.owner_id, status="completed"),
        "events.Event": EventFactory(),
    }
    kept = []
    for model, column in naming_columns():
        row = rows.get(model._meta.label)
        if row is not None and column != "background_key":
            kept.append(keep("tests"))
            model._base_manager.filter(pk=row.pk).update(**{column: kept[-1]})
    assert len(kept) >= 7
    sweep()
    assert all(storage.exists(key) for key in kept)


def test_what_is_not_ours_is_left_alone(store: str) -> None:
    sweep()
    files: Any = storages["default"]
    others = ["readme.txt", "avatars/holiday.png", "backup/2020-01-01.tar", f"avatars/{UserFactory().pk}.PNG.old"]
    for name in others:
        files.save(name, ContentFile(b"mine"))
    assert sweep() == 0
    assert all(files.exists(name) for name in others)


def test_a_file_that_was_put_back_lately_waits(tmp_path: Any, settings: Any) -> None:
    """A restored storage may be back before its database is."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    key = keep()
    with time_machine.travel(clock.real_now() + LATER, tick=True):
        now = clock.real_now().timestamp()
        os.utime(tmp_path / key, (now, now))
        assert remove_unused_files(clock.now()) == 0
    assert storage.exists(key)
    os.utime(tmp_path / key, (0, 0))
    assert sweep() == 1


def test_a_row_that_begins_to_name_a_file_while_the_storage_is_walked_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    user, key, gone = UserFactory(), keep(), keep()
    walk = unused._walk

    def walk_and_name(folder: str) -> Iterator[str]:
        if not folder:
            type(user).objects.filter(pk=user.pk).update(avatar_key=key)
        yield from walk(folder)

    monkeypatch.setattr(unused, "_walk", walk_and_name)
    assert sweep() >= 1
    assert (storage.exists(key), storage.exists(gone)) == (True, False)


def test_one_run_removes_no_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    sweep()
    keys = [keep() for _ in range(7)]
    monkeypatch.setattr(unused, "MOST_REMOVED", 3)
    monkeypatch.setattr(unused, "_PORTION", 2)
    assert [sweep(), sweep(), sweep(), sweep()] == [3, 3, 1, 0]
    assert not any(storage.exists(key) for key in keys)


def test_a_storage_that_knows_folders_only_is_walked_too(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": f"{InMemoryStorage.__module__}.{InMemoryStorage.__qualname__}"},
    }
    keys = [keep(), keep("certificates/pdf")]
    assert sweep() == 2
    assert not any(storage.exists(key) for key in keys)


def test_a_replaced_background_goes_and_a_copy_keeps_the_old_one(api_as: Any) -> None:
    owner = make_event().owner
    template = make_template(owner, template_file=upload(png_bytes()))
    old, url = template.background_key, f"/api/v1/templates/{template.pk}/"
    copy = api_as(owner).post(f"{url}duplicate/").json()["uuid"]
    file = {"template_file": upload(png_bytes(color="#003366"))}
    assert api_as(owner).patch(url, file, format="multipart").status_code == 200
    sweep()
    assert storage.exists(old)
    assert api_as(owner).delete(f"/api/v1/templates/{copy}/").status_code == 204
    # A removed template can be restored, so its files stay as well.
    sweep()
    assert storage.exists(old)
    type(template).all_objects.filter(pk=copy).hard_delete()
    assert sweep() >= 1
    assert not storage.exists(old)
    template.refresh_from_db()
    assert storage.exists(template.background_key)
