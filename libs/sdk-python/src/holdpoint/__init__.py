"""Holdpoint for Python: ask for an approval, wait for the decision, verify it, and check the exact call before it runs."""

from .approved import assert_approved
from .canonical import canonical_json
from .client import Holdpoint
from .errors import ApprovalRefused, HoldpointError, NotApproved, NotCanonical, ReceiptError, StrictJsonError, WebhookVerificationError
from .hashes import action_hash, binding_hash
from .receipts import verify_receipt
from .strict_json import parse_strict_json
from .webhooks import verify_callback, verify_webhook

__all__ = [
    "ApprovalRefused",
    "Holdpoint",
    "HoldpointError",
    "NotApproved",
    "NotCanonical",
    "ReceiptError",
    "StrictJsonError",
    "WebhookVerificationError",
    "action_hash",
    "assert_approved",
    "binding_hash",
    "canonical_json",
    "parse_strict_json",
    "verify_callback",
    "verify_receipt",
    "verify_webhook",
]
