"""`/dev/mail/`: what was sent, as a page or, asked for with `Accept: application/json`, as data. Only with DEBUG."""

from collections.abc import Callable
from functools import wraps
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from lyceum.core.files.names import safe_filename
from lyceum.integrations.email.backends.mail_folder import StoredMail, count_mails, find_mails, raw_mail, read_mail

View = Callable[..., HttpResponse]
_PAGE = 50
# The mail's own styles are inline; nothing is loaded, no script runs, links open beside the viewer.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def only_in_development(view: View) -> View:
    """Absent without DEBUG, even when somebody mounts it by mistake."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(require_safe(guarded))


@only_in_development
def mail_list(request: HttpRequest) -> HttpResponse:
    """The newest mails; `q` searches recipients, subjects and kinds, `to` and `kind` narrow down, `page` goes back."""
    asked = {name: request.GET.get(name, "")[:200] for name in ("q", "to", "kind")}
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    start = (max(page, 1) - 1) * _PAGE
    found = list(islice(find_mails(search=asked["q"], to=asked["to"], kind=asked["kind"]), start, start + _PAGE + 1))
    mails, more = found[:_PAGE], len(found) > _PAGE
    if _wants_json(request):
        return JsonResponse({"count": count_mails(), "more": more, "results": [_summary(mail) for mail in mails]})
    context = {"mails": mails, "asked": asked, "page": page, "more": more, "backend": settings.EMAIL_BACKEND}
    return render(request, "email/dev/list.html", context)


@only_in_development
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: as it looks, its text, its headers, what is attached."""
    mail = _found(name)
    if _wants_json(request):
        attachments = [
            {
                "name": attachment.name,
                "content_type": attachment.content_type,
                "size": attachment.size,
                "url": reverse("dev-mail-attachment", args=[mail.name, attachment.number]),
            }
            for attachment in mail.attachments()
        ]
        bodies = {"text": mail.body("plain"), "html": mail.body("html")}
        headers = [{"name": header, "value": value} for header, value in mail.headers]
        return JsonResponse({**_summary(mail), **bodies, "headers": headers, "attachments": attachments})
    context = {"mail": mail, "text": mail.body("plain"), "attachments": mail.attachments()}
    return render(request, "email/dev/detail.html", context)


@only_in_development
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, for the frame."""
    html = _found(name).body("html").replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(html, headers={"Content-Security-Policy": _MAIL_POLICY})


@only_in_development
def mail_raw(request: HttpRequest, name: str) -> HttpResponse:
    """The file as it was sent."""
    content = raw_mail(_found(name).name)
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


@only_in_development
def mail_attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One attachment, as a download."""
    for index, (part, content) in enumerate(_found(name).attachment_contents()):
        if index == number:
            stem, _, extension = (part.get_filename() or "attachment.bin").rpartition(".")
            filename = safe_filename(stem, extension=extension)
            disposition = content_disposition_header(as_attachment=True, filename=filename)
            headers = {"Content-Disposition": disposition or "attachment", "X-Content-Type-Options": "nosniff"}
            return HttpResponse(content, content_type=part.get_content_type(), headers=headers)
    raise Http404


def _found(name: str) -> StoredMail:
    mail = read_mail(name)
    if mail is None:
        raise Http404
    return mail


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _summary(mail: StoredMail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "name": mail.name,
        "kind": mail.kind,
        "from": mail.sender,
        "to": mail.to,
        "subject": mail.subject,
        "date": mail.date.isoformat().replace("+00:00", "Z") if mail.date else None,
        "url": reverse("dev-mail-detail", args=[mail.name]),
    }
