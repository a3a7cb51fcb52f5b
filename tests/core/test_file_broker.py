"""The embedded broker under many hands: nothing is seen half written, nothing is lost or taken twice."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from kombu import Connection, Exchange, Queue

from lyceum.core.http import health
from lyceum.core.work.file_broker import SCHEME

pytestmark = pytest.mark.both_databases

THREADS = 16


@pytest.fixture(params=[SCHEME])
def broker(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Folders of one's own. Put `filesystem` beside the scheme to see what the library's transport does."""
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    messages = str(tmp_path / "messages")
    options = {"data_folder_in": messages, "data_folder_out": messages, "control_folder": str(tmp_path / "control")}
    app = Celery(set_as_current=False)
    app.conf.update(broker_url=f"{request.param}://", broker_transport_options=options)
    monkeypatch.setattr(health, "current_app", app)
    return {"hostname": f"{request.param}://", "transport_options": options}


def at_once(task: Callable[[int], None]) -> list[str]:
    """Run it in many threads at the same moment; return what went wrong in them."""
    together, wrong = threading.Barrier(THREADS), []

    def run(number: int) -> None:
        together.wait()
        try:
            task(number)
        except Exception as error:  # noqa: BLE001 -- the test shows whatever it was
            wrong.append(repr(error))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_readiness_asked_for_from_many_sides_at_once_is_always_yes(broker: dict[str, Any], tmp_path: Path) -> None:
    checks = {name: health.CHECKS[name] for name in ("cache", "broker")}
    found: Counter[str] = Counter()

    def ask(_: int) -> None:
        for _ in range(40):
            found.update([str(health.check_all(checks))])

    assert at_once(ask) == []
    assert found == {"{'cache': 'ok', 'broker': 'ok'}": THREADS * 40}
    assert list((tmp_path / "messages").iterdir()) == []


def test_every_message_arrives_whole_and_once(broker: dict[str, Any]) -> None:
    got: list[int] = []
    ends = time.monotonic() + 60
    queue = Queue("work", Exchange("work"), routing_key="work")

    def send_or_take(number: int) -> None:
        with Connection(**broker) as connection:
            if number % 2:
                producer = connection.Producer()
                for piece in range(50):
                    body = {"number": number * 50 + piece, "padding": "x" * 20_000}
                    producer.publish(body, exchange="work", routing_key="work", declare=[queue])
            else:
                bound = queue(connection.default_channel)
                bound.declare()
                while len(got) < THREADS // 2 * 50 and time.monotonic() < ends:
                    if message := bound.get(no_ack=True):
                        got.append(message.payload["number"])

    assert at_once(send_or_take) == []
    assert sorted(got) == sorted(number * 50 + piece for number in range(1, THREADS, 2) for piece in range(50))
