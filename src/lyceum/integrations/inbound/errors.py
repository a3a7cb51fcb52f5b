"""What the inbox refuses."""

from lyceum.core.errors import Refusal


class SignatureInvalid(Refusal):
    """Forged, changed on the way, or too old to be trusted."""

    code = "SIGNATURE_INVALID"
    status = 401
    message = "This delivery's signature isn't right, or it is too old. Please check the secret and the clock."
