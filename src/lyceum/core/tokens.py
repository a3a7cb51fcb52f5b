"""Secrets that travel by mail or are shown once: minted at random, kept only as hashes."""

import hashlib
import secrets


def mint(prefix: str = "") -> tuple[str, str]:
    """Return a new secret (256 bits, URL-safe) and the SHA-256 hex digest to keep of it."""
    secret = prefix + secrets.token_urlsafe(32)
    return secret, digest(secret)


def digest(secret: str) -> str:
    """Return the hex digest under which a secret is stored and looked up."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
