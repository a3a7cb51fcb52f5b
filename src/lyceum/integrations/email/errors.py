"""What mail refuses."""

from lyceum.integrations.inbound.errors import SignatureInvalid


class ReportNotSigned(SignatureInvalid):
    """Nobody whom we know has sent this."""

    message = "This report isn't signed as the mail provider signs it. Please check the secret."
