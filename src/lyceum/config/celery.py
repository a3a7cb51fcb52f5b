"""The Celery application: it carries wake-ups; the rows carry the work."""

import os
from pathlib import Path

import django
from celery import Celery
from django.conf import settings

from lyceum.core.files.permissions import write_privately

write_privately()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyceum.config.settings")
django.setup()

from lyceum.config.schedule import BEAT_SCHEDULE  # noqa: E402 -- tasks need Django to be set up
from lyceum.core import clock  # noqa: E402 -- as above
from lyceum.core.work import file_broker  # noqa: E402 -- as above
from lyceum.core.work.due_work import run_due  # noqa: E402 -- as above
from lyceum.core.work.periodic import run_due_periodics  # noqa: E402 -- as above
from lyceum.core.work.wake_up import TASK  # noqa: E402 -- as above

app = Celery("lyceum")


def _filesystem_transport() -> dict[str, str]:
    folder = Path(settings.LYCEUM_DATA) / "broker"
    for name in ("messages", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    messages = str(folder / "messages")
    return {"data_folder_in": messages, "data_folder_out": messages, "control_folder": str(folder / "control")}


_EMBEDDED = not settings.CELERY_BROKER_URL
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL or f"{file_broker.SCHEME}://",
    broker_transport_options=_filesystem_transport()
    if _EMBEDDED
    else {"visibility_timeout": 60, "socket_connect_timeout": 2, "socket_timeout": 5},
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    timezone="UTC",
    enable_utc=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    task_send_sent_event=False,
    beat_schedule=BEAT_SCHEDULE,
    beat_schedule_filename=str(Path(settings.LYCEUM_DATA) / "beat-schedule"),
    beat_max_loop_interval=2,
)


@app.task(name=TASK)  # type: ignore[untyped-decorator]
def work() -> None:
    """Do a worker run: whatever rows are due."""
    run_due()


@app.task(name="lyceum.periodic")  # type: ignore[untyped-decorator]
def periodic() -> None:
    """Run the upkeep whose time has come."""
    run_due_periodics(clock.now())
