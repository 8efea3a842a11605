"""Every error has a stable ``code`` and a message that says what to do. No message repeats a key, a secret or a signature."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class HoldpointException(Exception):
    """What all errors of this package have in common.

    :ivar code: stable, for programs; the message is for people
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class HoldpointError(HoldpointException):
    """An answer of the API that is not the one asked for, or no answer at all (``status`` 0, code ``unreachable``).

    :ivar status: HTTP status, 0 without an answer
    :ivar problem: the RFC 9457 document as it came
    :ivar retry_after_sec: seconds the server asked to wait, if it did
    """

    def __init__(self, status: int, code: str, message: str, problem: Optional[Mapping[str, Any]] = None, retry_after_sec: Optional[int] = None) -> None:
        super().__init__(code, message)
        self.status = status
        self.problem = dict(problem or {})
        self.retry_after_sec = retry_after_sec


class ApprovalRefused(HoldpointError):
    """The approval cannot be spent: used before, not approved, expired, another action, held, erased, or the world changed. Do not act."""


class NotApproved(HoldpointException):
    """A call must not run: ``not_approved``, ``expired``, ``other_action`` or ``other_request``."""


class NotCanonical(HoldpointException):
    """A value that another party could read differently; nothing may be signed or hashed over it."""

    def __init__(self, what: str) -> None:
        super().__init__("not_canonical", f"{what} has no canonical JSON form; send plain JSON values only")


class StrictJsonError(HoldpointException):
    """A JSON text that two parsers could read differently."""


class ReceiptError(HoldpointException):
    """A receipt does not prove what it says: ``malformed``, ``unsupported_algorithm``, ``unknown_key``, ``bad_signature``, ``wrong_issuer``."""


class WebhookVerificationError(HoldpointException):
    """A webhook cannot be trusted. Answer it with 401 and read nothing of it."""
