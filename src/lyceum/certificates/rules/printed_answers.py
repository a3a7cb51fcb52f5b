"""What people answered to the questions that an organizer wants to see on the certificate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import orjson

from lyceum.certificates.rendering.printable_text import printable, unprintable, without_ornaments

LONGEST: Final = 200


def printed_answers(labels: Mapping[UUID, str], answers: Mapping[UUID, str]) -> list[dict[str, str]]:
    """Return label and value of each answered question; what no font can show is left out.

    labels: by the question's id, in the order of the questions; answers: as they are stored, by the question's id.
    """
    values = {question_id: _words(answers.get(question_id, "")) for question_id in labels}
    return [
        {"label": label, "value": values[question_id]}
        for question_id, label in labels.items()
        if values[question_id] and not unprintable(f"{without_ornaments(label)} {values[question_id]}")
    ]


def _words(answer: str) -> str:
    """Return an answer on one line; one of several choices is stored as a JSON list."""
    if answer.startswith("["):
        try:
            several = orjson.loads(answer)
        except orjson.JSONDecodeError:
            several = None
        if isinstance(several, list):
            answer = ", ".join(map(str, several))
    return without_ornaments(printable(answer))[:LONGEST]
