"""Sealing a personal value and opening it: AES-256-GCM under a key per person and case.

What is sealed is bound to its stream and to whom it is about, so that the sealed bytes cannot be moved to another.
"""

import base64
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.personal import Personal

NONCE_BYTES = 12
KEY_BYTES = 32


def seal(value: Personal, key_id: str, key: bytes, bound_to: str) -> Personal:
    """The plain value encrypted under `key`; `bound_to` names the stream. A sealed one is left as it is."""
    if value.is_sealed:
        return value
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, value.plain.encode(), _bound(value, bound_to))
    return Personal(subject=value.subject, key_id=key_id, sealed=base64.b64encode(sealed).decode())


def open_sealed(value: Personal, key: bytes, bound_to: str) -> str:
    """The text of a sealed value. Raises `cryptography.exceptions.InvalidTag` where key, stream or bytes differ."""
    raw = base64.b64decode(value.sealed)
    return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(value, bound_to)).decode()


def _bound(value: Personal, bound_to: str) -> bytes:
    return f"{bound_to}|{value.subject}".encode()
