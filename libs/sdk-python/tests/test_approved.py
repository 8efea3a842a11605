"""The last check before a tool runs."""

from __future__ import annotations

import unittest
from datetime import datetime, timezone
from typing import Any

from holdpoint import NotApproved, action_hash, assert_approved

ARGS = {"amount": 245, "currency": "USD"}
HASH = action_hash("issue_refund", ARGS)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=timezone.utc)


def decision(**changes: Any) -> "dict[str, Any]":
    return {
        "approvalId": "apr_a",
        "decision": "approved",
        "approved": True,
        "approvedUntil": "2026-11-22T10:14:00.000Z",
        "binding": {"alg": "sha256-jcs", "actionHash": HASH, "bindingHash": "b", "approvedActionHash": HASH},
        **changes,
    }


def claims(**changes: Any) -> "dict[str, Any]":
    return {"sub": "apr_a", "exp": NOW.timestamp() + 1, "decision": "approved", "approved": True, "approvedActionHash": HASH, **changes}


class AssertApproved(unittest.TestCase):
    def refusal(self, approval: "dict[str, Any]", tool: str = "issue_refund", args: Any = ARGS, **options: Any) -> str:
        try:
            assert_approved(approval, tool, args, **{"now": NOW, **options})
        except NotApproved as error:
            return error.code
        return "runs"

    def test_lets_the_approved_call_run(self) -> None:
        self.assertEqual(self.refusal(decision()), "runs")
        self.assertEqual(self.refusal(decision(), args={"currency": "USD", "amount": 245.0}), "runs")
        self.assertEqual(self.refusal(claims(), approval_id="apr_a"), "runs")

    def test_stops_everything_else(self) -> None:
        for outcome in ("rejected", "expired", "withdrawn", "something new", None):
            self.assertEqual(self.refusal(decision(decision=outcome)), "not_approved")
        for approved in (False, "true", 1, None):
            self.assertEqual(self.refusal(decision(approved=approved)), "not_approved")
        self.assertEqual(self.refusal({}), "not_approved")
        self.assertEqual(self.refusal(decision(), args={**ARGS, "amount": 500}), "other_action")
        self.assertEqual(self.refusal(decision(), tool="delete_customer"), "other_action")
        self.assertEqual(self.refusal(decision(binding=None)), "other_action")
        self.assertEqual(self.refusal(decision(), approval_id="apr_b"), "other_request")
        self.assertEqual(self.refusal(claims(), approval_id="apr_b"), "other_request")

    def test_stops_from_the_instant_the_approval_ends(self) -> None:
        at = datetime(2026, 11, 22, 10, 14, tzinfo=timezone.utc)
        self.assertEqual(self.refusal(decision(), now=at), "expired")
        self.assertEqual(self.refusal(claims(), now=datetime(2026, 11, 22, 10, 0, 1, tzinfo=timezone.utc)), "expired")
        for until in (None, "soon", "2026-13-40T99:99:99.000Z", 9e99):
            self.assertEqual(self.refusal(decision(approvedUntil=until)), "expired")
        self.assertEqual(self.refusal(claims(exp=True)), "expired")
        self.assertEqual(self.refusal(decision(approvedUntil="2020-01-01T00:00:00.000Z"), now=None), "expired")


if __name__ == "__main__":
    unittest.main()
