"""Play the loop, step by step; exit 1 when any figure differs from what it must be."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable

import httpx
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

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
    console = Console()
    story = setup.Story(server=Server(), tag=secrets.token_hex(4))
    begun = time.monotonic()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        for number, (title, play) in enumerate(STEPS, start=1):
            task = progress.add_task(f"{number}/{len(STEPS)} {title}", total=None)
            try:
                said = play(story)
            except (Unexpected, httpx.HTTPError) as error:
                console.print(f"[red]✗ {title}[/red]: ", end="")
                console.print(str(error), markup=False)
                return 1
            progress.remove_task(task)
            console.print(f"[green]✓[/green] [bold]{title}[/bold]: ", end="")
            console.print(said, markup=False)
    console.print(f"The loop ran in {time.monotonic() - begun:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
