"""Name the functions, classes and methods of the product that nothing uses. Exit 1 when there are any.

vulture finds what no Python file mentions. What a framework calls by its name is listed below; what stands in a
template, in a setting or in another configuration file is used there. The tests don't count: code that only its test
uses is dead.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ["src", "bench", "demo", "scripts", "manage.py"]
KINDS = {"function", "class", "method", "property"}
# Registered by their decorator, and called by whoever keeps the register.
DECORATORS = [
    "@mail_kind", "@reaction", "@job_kind", "@outbound_call", "@register", "@register.*", "@admin.*", "@app.task",
    "@contextlib.contextmanager", "@on_answer", "@on_failure",
]  # fmt: skip
# Called by Django, Django REST framework, drf-spectacular, django-filter, Celery, argparse or aiosmtpd.
NAMES = [
    "Command", "handle", "add_arguments", "ready", "lookups", "queryset", "has_*_permission", "get_*", "filter_*",
    "validate_*", "to_representation", "to_internal_value", "value_from_datadict", "remove_invalid_fields",
    "authenticate_header", "initial", "finalize_response", "handle_exception", "allow_request", "has_permission",
    "deconstruct", "pre_save", "to_python", "writable", "default", "render", "parse", "list", "retrieve", "create",
    "update", "partial_update", "destroy", "get", "post", "put", "patch", "delete", "options", "dispatch",
    "metadata_class", "describe", "collect", "format", "do_GET", "do_POST", "log_message", "enforce_timezone",
    "decode_cursor", "_put", "_get", "*Config", "*Scheme", "_resolve_path_parameters", "password_change",
    "user_change_password", "process_view", "process_request", "process_response", "process_exception",
    "handle_DATA", "_writable_fields", "_check_token",
]  # fmt: skip
# Ports that wait for their first user; a name leaves this list when something uses it.
WAITING = {
    "request_call": "Zoom's meetings and the payments: a reaction writes the row of a call to a vendor",
    "ask_vendor": "as above: what makes the call",
    "register_payments": "the app that takes money says for which events it does",
    "confirm_hold": "the app that takes money: a seat is paid for",
    "release_hold": "the app that takes money: paying was given up",
}


def main() -> int:
    found = sorted(dead())
    for line in found:
        print(line)
    return 1 if found else 0


def dead() -> Iterator[str]:
    vulture = Vulture(ignore_names=NAMES, ignore_decorators=DECORATORS)
    vulture.scavenge([str(ROOT / name) for name in SOURCES], exclude=["*/migrations/*", "*/fake/*"])
    mentioned = words_elsewhere()
    unused = [item for item in vulture.get_unused_code(min_confidence=60) if item.typ in KINDS]
    for item in unused:
        if item.name not in mentioned | WAITING.keys() and not item.name.startswith("__"):
            yield f"{item.filename.relative_to(ROOT)}:{item.first_lineno}: nothing uses the {item.typ} {item.name}"
    for name in WAITING.keys() - {item.name for item in unused}:
        yield f"scripts/dead_code.py: {name} is used, or gone; it waits no longer"


def words_elsewhere() -> set[str]:
    """Return the words of templates and configuration, and those in strings of the settings, routes and admin."""
    words: set[str] = set()
    for path in [
        *ROOT.glob("src/**/*.html"),
        *ROOT.glob("src/**/*.txt"),
        *ROOT.glob("src/**/*.typ"),
        ROOT / "pyproject.toml",
    ]:
        words.update(re.findall(r"\w+", path.read_text()))
    for path in ROOT.glob("src/**/*.py"):
        for text in re.findall(r"\"([\w.\- /]+)\"|'([\w.\- /]+)'", path.read_text()):
            words.update(re.findall(r"\w+", " ".join(text)))
    return words


if __name__ == "__main__":
    sys.exit(main())
