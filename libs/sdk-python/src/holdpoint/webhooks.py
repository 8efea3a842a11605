"""Standard Webhooks 1.0.0: ``v1`` (HMAC-SHA256) and, with ``cryptography`` installed, ``v1a`` (ed25519)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Union

from .errors import StrictJsonError, WebhookVerificationError
from .strict_json import parse_strict_json

#: Tolerance of the Standard Webhooks libraries, both ways, seconds.
TOLERANCE_SEC = 300
#: Standard Webhooks asks for 24 to 64 random bytes in a symmetric secret.
SECRET_BYTES = (24, 64)
ED25519_KEY_BYTES = (32, 32)
#: Signatures looked at in one header: two secrets and two keys while both are rotated, and room to spare.
SIGNATURES_MAX = 16
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")


class Delivery(NamedTuple):
    """Which delivery was verified: ``id`` is the same over retries of one decision; ``timestamp_sec`` is seconds since 1970."""

    id: str
    timestamp_sec: int


def verify_callback(
    raw_body: Union[bytes, str],
    headers: Mapping[str, Any],
    *,
    secrets: Sequence[str] = (),
    public_keys: Sequence[str] = (),
    tolerance_sec: int = TOLERANCE_SEC,
    now_sec: Optional[float] = None,
) -> Dict[str, Any]:
    """Check a callback's signature and read its decision.

    :param raw_body: the body exactly as received (``request.get_data()`` in Flask, ``request.body`` in Django, ``await request.body()``)
    :param secrets: ``whsec_…``; several while one is being rotated
    :param public_keys: ``whpk_…``; these need the ``cryptography`` package
    :returns: the decision, plain JSON
    :raises WebhookVerificationError: read nothing of such a body
    """
    verify_webhook(raw_body, headers, secrets=secrets, public_keys=public_keys, tolerance_sec=tolerance_sec, now_sec=now_sec)
    try:
        decision = parse_strict_json(raw_body)
    except StrictJsonError as error:
        raise WebhookVerificationError("invalid_body", f"the body was signed and is no decision: {error}") from None
    if not isinstance(decision, dict):
        raise WebhookVerificationError("invalid_body", "the body was signed and is no decision: an object is expected")
    return decision


def verify_webhook(
    raw_body: Union[bytes, str],
    headers: Mapping[str, Any],
    *,
    secrets: Sequence[str] = (),
    public_keys: Sequence[str] = (),
    tolerance_sec: int = TOLERANCE_SEC,
    now_sec: Optional[float] = None,
) -> Delivery:
    """Check a webhook against any of the secrets and public keys; one match is enough, so keys can be rotated.

    :raises WebhookVerificationError:
    """
    if not secrets and not public_keys:
        raise WebhookVerificationError("no_key", "give at least one secret (whsec_) or public key (whpk_)")
    mac_keys = [_key_bytes(secret, "whsec_", SECRET_BYTES) for secret in secrets]
    verifiers = [_Ed25519Key(_key_bytes(key, "whpk_", ED25519_KEY_BYTES)) for key in public_keys]
    message_id = _header(headers, "webhook-id")
    timestamp = _header(headers, "webhook-timestamp")
    signatures = _header(headers, "webhook-signature").split(" ")[:SIGNATURES_MAX]
    # A full stop in the id would let one signed text be read as two different deliveries.
    if "." in message_id:
        raise WebhookVerificationError("invalid_id", "webhook-id must not contain a full stop")
    timestamp_sec = _checked_timestamp(timestamp, time.time() if now_sec is None else now_sec, tolerance_sec)
    body = raw_body.encode("utf-8") if isinstance(raw_body, str) else bytes(raw_body)
    signed = f"{message_id}.{timestamp}.".encode("utf-8") + body
    expected = [hmac.new(key, signed, hashlib.sha256).digest() for key in mac_keys]
    if not _any_matches(signatures, signed, expected, verifiers):
        raise WebhookVerificationError("no_matching_signature", "no signature matches; check the key and that the body is the raw one")
    return Delivery(message_id, timestamp_sec)


class _Ed25519Key:
    """A public key of ``v1a``. Anybody may send us signatures to check, so the slow check without a library is not offered here."""

    def __init__(self, key: bytes) -> None:
        try:
            from cryptography.exceptions import InvalidSignature
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        except ImportError:
            raise WebhookVerificationError(
                "cryptography_missing",
                "a whpk_ key needs the cryptography package: pip install 'holdpoint[cryptography]', or verify with the whsec_ secret",
            ) from None
        self._key = Ed25519PublicKey.from_public_bytes(key)
        self._invalid = InvalidSignature

    def holds(self, signature: bytes, signed: bytes) -> bool:
        try:
            self._key.verify(signature, signed)
        except (self._invalid, ValueError):
            return False
        return True


def _any_matches(signatures: List[str], signed: bytes, expected: List[bytes], verifiers: List[_Ed25519Key]) -> bool:
    matches = False
    for entry in signatures:
        version, comma, encoded = entry.partition(",")
        if not comma or not _BASE64.match(encoded):
            continue
        try:
            signature = base64.b64decode(encoded)
        except (binascii.Error, ValueError):
            continue
        if version == "v1":
            matches = any([hmac.compare_digest(mac, signature) for mac in expected]) or matches
        elif version == "v1a":
            matches = any([key.holds(signature, signed) for key in verifiers]) or matches
    return matches


def _header(headers: Mapping[str, Any], name: str) -> str:
    for key, value in headers.items():
        if str(key).lower() == name and isinstance(value, str) and value:
            return value
    raise WebhookVerificationError("missing_header", f"the header {name} is missing")


def _key_bytes(text: Any, prefix: str, size: "tuple[int, int]") -> bytes:
    encoded = text[len(prefix) :] if isinstance(text, str) and text.startswith(prefix) else text
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True) if isinstance(encoded, str) else b""
    except (binascii.Error, ValueError):
        key = b""
    if not size[0] <= len(key) <= size[1]:
        wanted = str(size[0]) if size[0] == size[1] else f"{size[0]} to {size[1]}"
        raise WebhookVerificationError("invalid_key", f"a {prefix} key must be base64 of {wanted} bytes")
    return key


def _checked_timestamp(header: str, now_sec: float, tolerance_sec: int) -> int:
    # ASCII digits only: int() would take "１２", "1_2" and " 12 ", which were signed as something else.
    if not re.match(r"[0-9]{1,15}\Z", header):
        raise WebhookVerificationError("invalid_timestamp", "webhook-timestamp must be whole seconds since 1970")
    timestamp_sec = int(header)
    if now_sec - timestamp_sec > tolerance_sec:
        raise WebhookVerificationError("timestamp_too_old", f"webhook-timestamp is over {tolerance_sec} s old")
    if timestamp_sec - now_sec > tolerance_sec:
        raise WebhookVerificationError("timestamp_too_new", f"webhook-timestamp is over {tolerance_sec} s ahead; check this machine's clock")
    return timestamp_sec
