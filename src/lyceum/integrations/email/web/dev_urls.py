"""The mail viewer, mounted at `/dev/mail/` with DEBUG only."""

from django.urls import path

from lyceum.integrations.email.web.views import dev_mail as dev_views

urlpatterns = [
    path("", dev_views.mail_list, name="dev-mail"),
    path("<str:name>/", dev_views.mail_detail, name="dev-mail-detail"),
    path("<str:name>/html/", dev_views.mail_html, name="dev-mail-html"),
    path("<str:name>/raw/", dev_views.mail_raw, name="dev-mail-raw"),
    path("<str:name>/attachments/<int:number>/", dev_views.mail_attachment, name="dev-mail-attachment"),
]
