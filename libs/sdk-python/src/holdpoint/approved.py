"""The last check before a tool runs."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any, Mapping, Optional

from .errors import NotApproved
from .hashes import action_hash

_POSITIVE = ("approved", "modified")


def assert_approved(
    approval: Mapping[str, Any], tool: str, args: Any, *, approval_id: Optional[str] = None, now: Optional[datetime] = None
) -> None:
    """Check that this exact call was approved, and still is. What the approval lacks counts against it.

    :param approval: a decision (verified callback, or ``approval["decision"]``), or the claims of a verified receipt
    :param args: the arguments the tool is about to run with, plain JSON
    :param approval_id: the request this call asked with; a decision about another request is refused
    :param now: aware datetime to check the expiry against; this machine's clock by default
    :raises NotApproved: ``not_approved``, ``expired``, ``other_action`` or ``other_request``
    """
    outcome = approval.get("decision")
    if approval.get("approved") is not True or outcome not in _POSITIVE:
        raise NotApproved("not_approved", f"this request was {outcome}, not approved; do not run the action")
    if approval_id is not None and approval.get("approvalId", approval.get("sub")) != approval_id:
        raise NotApproved("other_request", "this approval answers another request; ask for this one")
    until = _expiry_sec(approval)
    if until is None or not (now or datetime.now(timezone.utc)).timestamp() < until:
        raise NotApproved("expired", "the approval is no longer valid; ask again")
    binding = approval.get("binding", approval)
    approved_hash = binding.get("approvedActionHash") if isinstance(binding, Mapping) else None
    if not isinstance(approved_hash, str) or approved_hash != action_hash(tool, args):
        raise NotApproved("other_action", f"{tool} with these arguments is not the action that was approved")


def _expiry_sec(approval: Mapping[str, Any]) -> Optional[float]:
    if "binding" not in approval:
        exp = approval.get("exp")
        return float(exp) if isinstance(exp, (int, float)) and not isinstance(exp, bool) else None
    until = approval.get("approvedUntil")
    # RFC 3339 in UTC, as the API writes it. Python before 3.11 reads neither the Z nor other lengths of the fraction.
    if not isinstance(until, str) or not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z", until):
        return None
    try:
        return datetime.strptime(until, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return None
