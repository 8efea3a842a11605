"""Checks receipts offline."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Dict, Mapping

from . import ed25519
from .errors import ReceiptError, StrictJsonError
from .strict_json import parse_strict_json

#: A receipt is under 2 KB; a longer text is not one. Characters.
RECEIPT_CHARS_MAX = 16_384
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+\Z")


def verify_receipt(jws: str, jwks: Mapping[str, Any]) -> Dict[str, Any]:
    """Check a compact JWS (RFC 7515) signed with ed25519 (``EdDSA``, RFC 8037) by a key of the set.

    It proves who decided what; whether that still allows a call is for :func:`assert_approved`.

    :param jwks: the instance's key set from ``/.well-known/jwks.json``, fetched once and kept
    :returns: the signed claims
    :raises ReceiptError:
    """
    parts = jws.split(".") if isinstance(jws, str) and len(jws) <= RECEIPT_CHARS_MAX else []
    if len(parts) != 3 or not all(_BASE64URL.match(part) for part in parts):
        raise ReceiptError("malformed", "the receipt is not a compact JWS")
    head, body, tail = parts
    header = _json_of(head)
    # The algorithm is ours, never the token's choice (RFC 8725 §3.1); an extension we do not know must not be ignored.
    if header.get("alg") != "EdDSA" or "crit" in header:
        raise ReceiptError("unsupported_algorithm", "a receipt is signed with EdDSA and has no crit header")
    if not _verify(_key_of(header.get("kid"), jwks), f"{head}.{body}".encode("ascii"), _bytes_of(tail)):
        raise ReceiptError("bad_signature", "the receipt was changed after it was signed")
    claims = _json_of(body)
    if claims.get("iss") != "holdpoint":
        raise ReceiptError("wrong_issuer", "the token was not issued as a Holdpoint receipt")
    return claims


def _key_of(kid: Any, jwks: Mapping[str, Any]) -> bytes:
    for key in jwks.get("keys", []):
        if isinstance(kid, str) and key.get("kid") == kid and key.get("kty") == "OKP" and key.get("crv") == "Ed25519" and isinstance(key.get("x"), str):
            return _bytes_of(key["x"])
    raise ReceiptError("unknown_key", "the receipt was signed by a key that is not in this key set; fetch /.well-known/jwks.json again")


def _verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return ed25519.verify(public_key, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _bytes_of(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise ReceiptError("malformed", "the receipt or its key is not base64url") from None


def _json_of(part: str) -> Dict[str, Any]:
    try:
        value = parse_strict_json(_bytes_of(part))
    except StrictJsonError:
        value = None
    if not isinstance(value, dict):
        raise ReceiptError("malformed", "the receipt is not a compact JWS with JSON header and claims")
    return value
