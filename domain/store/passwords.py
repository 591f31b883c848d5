"""Passwords, kept as Argon2 hashes alone."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

MINIMUM = 12

hasher = PasswordHasher()
_nobody = hasher.hash(secrets.token_urlsafe())
"""Verified against where there is no password, so that both answers take as long."""


def hash_password(password: str) -> str:
    """What is kept of a password; raises `ValueError` where it is too short."""
    if len(password) < MINIMUM:
        raise ValueError(f"a password has at least {MINIMUM} characters")
    return hasher.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether this is the password; where there is none, nothing is."""
    try:
        return hasher.verify(password_hash or _nobody, password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
