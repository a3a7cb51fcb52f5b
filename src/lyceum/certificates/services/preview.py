"""A template with sample words, to look at before anything is issued."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lyceum.certificates.models import CertificateTemplate
from lyceum.certificates.rendering.printable_text import unprintable
from lyceum.certificates.selectors import find_template
from lyceum.certificates.services.template_looks import draw_sample
from lyceum.core.actors import Actor
from lyceum.core.errors import ValidationRefused
from lyceum.core.files import storage


def preview_template(*, template_id: UUID, actor: Actor, at: datetime, words: dict[str, str]) -> str:
    """Draw the template with these words and return a signed link to the picture.

    at: becomes the row's time of change.
    words: of attendee_name, event_title, organizer_name, cpd_credits, cpd_type; the sample's stand for the rest.
    Raises: NotFound (404), ValidationRefused (422) for letters that no font can show.
    """
    template = find_template(actor, template_id)
    for key, text in words.items():
        missing = unprintable(text)
        if missing:
            raise ValidationRefused({key: [f"No font here can show: {' '.join(missing[:10])}"]})
    if not any(words.values()) and template.preview_key:
        return storage.signed_link(template.preview_key, filename="preview.png", inline=True)
    old, template.sample_key = template.sample_key, ""
    template.sample_key = storage.store(
        "certificates/samples", draw_sample(template, **words), content_type="image/png"
    )
    CertificateTemplate.objects.filter(pk=template.pk).update(sample_key=template.sample_key, updated_at=at)
    storage.delete(old)
    return storage.signed_link(template.sample_key, filename="preview.png", inline=True)
