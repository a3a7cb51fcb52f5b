"""Play the loop, step by step; exit 1 when any figure differs from what it must be."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable

import httpx

from demo import loop, proof, setup
from demo.client import Server, Unexpected

STEPS: list[tuple[str, Callable[[setup.Story], str]]] = [
    ("A new organizer", setup.become_organizer),
    ("Certificate templates", setup.upload_templates),
    ("An event", setup.publish_event),
    ("45 people for 30 seats", loop.register_everyone),
    ("Three cancel", loop.cancel_three),
    ("Zoom's webhooks", loop.attend),
    ("Attendance settles", loop.settle),
    ("Certificates", proof.certify),
    ("Verify, revoke, reissue", proof.verify_and_revoke),
    ("Exports and figures", proof.export_and_count),
]


def main() -> int:
    """Return the exit status."""
    story = setup.Story(server=Server(), tag=secrets.token_hex(4))
    begun = time.monotonic()
    for number, (title, play) in enumerate(STEPS, start=1):
        if sys.stdout.isatty():
            print(f"… {number}/{len(STEPS)} {title}", end="\r", flush=True)
        try:
            said = play(story)
        except (Unexpected, httpx.HTTPError) as error:
            print(f"✗ {title}: {error}")
            return 1
        print(f"✓ {title}: {said}", flush=True)
    print(f"The loop ran in {time.monotonic() - begun:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
