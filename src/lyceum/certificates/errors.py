"""What certificates refuse."""

from lyceum.core.errors import Refusal


class NoTemplate(Refusal):
    code = "NO_TEMPLATE"
    status = 400
    message = "The chosen template was deleted or switched off. Please choose another one."


class TemplateInUse(Refusal):
    code = "TEMPLATE_IN_USE"
    status = 409
    message = "Certificates were issued on this template, so it stays. You can switch it off instead."


class TemplateSuperseded(Refusal):
    code = "TEMPLATE_SUPERSEDED"
    status = 409
    message = "This is an older version. Please use the latest version of the template."


class AlreadyRevoked(Refusal):
    code = "ALREADY_REVOKED"
    status = 409
    message = "This certificate has been revoked already."


class CertificateRevoked(Refusal):
    code = "CERTIFICATE_REVOKED"
    status = 409
    message = "This certificate was revoked and can't be downloaded any more."


class NoPdf(Refusal):
    code = "NO_PDF"
    status = 404
    message = "The PDF isn't there yet. It is being made; please try again in a moment."


class CertificateUnknown(Refusal):
    code = "CERTIFICATE_NOT_FOUND"
    status = 404
    message = "No certificate has this number. Please compare it with the paper, letter by letter."
