"""The client against a running instance: HOLDPOINT_URL, HOLDPOINT_API_KEY, and HOLDPOINT_DECIDE_URL, which decides as a person would."""

from __future__ import annotations

import os
import threading
import time
import unittest
import urllib.request
import uuid
from typing import Any

from holdpoint import ApprovalRefused, Holdpoint, HoldpointError, NotApproved, assert_approved, verify_receipt

URL = os.environ.get("HOLDPOINT_URL", "")
ARGS = {"order_id": "A-1", "amount": 50, "currency": "USD"}


def decide(verb: str, approval_id: str) -> None:
    with urllib.request.urlopen(urllib.request.Request(f"{os.environ['HOLDPOINT_DECIDE_URL']}/{verb}/{approval_id}", method="POST")):
        pass


def a_request(**changes: Any) -> "dict[str, Any]":
    words = {"context_summary": "Parcel broken", "proposed_action": "Refund $50", "entity_id": "order:A-1", "risk_level": "high"}
    call = {"source": "custom", "thread_id": "thread_1", "run_id": "run_1", "tool_call_id": str(uuid.uuid4())}
    return {**call, "arguments": words, "action": {"name": "issue_refund", "args": ARGS}, **changes}


@unittest.skipUnless(URL, "HOLDPOINT_URL names no running instance")
class AgainstARunningInstance(unittest.TestCase):
    def setUp(self) -> None:
        self.holdpoint = Holdpoint(URL, os.environ["HOLDPOINT_API_KEY"])

    def approved(self) -> "dict[str, Any]":
        asked = self.holdpoint.request(a_request())
        decide("approve", asked["id"])
        return self.holdpoint.wait(asked["id"], timeout_sec=20)

    def test_asks_waits_spends_and_tells_what_ran(self) -> None:
        asked = self.holdpoint.request(a_request())
        self.assertEqual(asked["status"], "pending")
        later = threading.Timer(0.3, decide, ["approve", asked["id"]])
        later.start()
        decision = self.holdpoint.wait(asked["id"], timeout_sec=20)["decision"]
        later.join()
        assert_approved(decision, "issue_refund", ARGS, approval_id=asked["id"])
        claims = verify_receipt(decision["receipt"], self.holdpoint.jwks())
        assert_approved(claims, "issue_refund", ARGS, approval_id=asked["id"])
        self.assertIsNotNone(self.holdpoint.consume(asked["id"], "issue_refund", ARGS)["consumedAt"])
        self.assertTrue(self.holdpoint.report_execution(asked["id"], "issue_refund", ARGS)["matchesApproval"])

    def test_is_asked_for_50_and_refuses_500(self) -> None:
        approval = self.approved()
        more = {**ARGS, "amount": 500}
        with self.assertRaises(NotApproved) as local:
            assert_approved(approval["decision"], "issue_refund", more)
        self.assertEqual(local.exception.code, "other_action")
        with self.assertRaises(ApprovalRefused) as remote:
            self.holdpoint.consume(approval["id"], "issue_refund", more)
        self.assertEqual((remote.exception.status, remote.exception.code), (403, "action_mismatch"))
        self.assertFalse(self.holdpoint.report_execution(approval["id"], "issue_refund", more)["matchesApproval"])

    def test_an_erased_approval_is_neither_read_nor_spent(self) -> None:
        asked = a_request()
        approval_id = self.holdpoint.request(asked)["id"]
        decide("approve", approval_id)
        decide("erase", approval_id)
        with self.assertRaises(ApprovalRefused) as spent:
            self.holdpoint.consume(approval_id, "issue_refund", ARGS)
        self.assertEqual((spent.exception.status, spent.exception.code), (410, "erased"))
        for call in (lambda: self.holdpoint.get(approval_id), lambda: self.holdpoint.wait(approval_id), lambda: self.holdpoint.request(asked)):
            with self.assertRaises(HoldpointError) as gone:
                call()
            self.assertEqual((gone.exception.status, gone.exception.code), (410, "erased"))
            self.assertRegex(str(gone.exception), "new idempotency key")

    def test_spends_once(self) -> None:
        approval = self.approved()
        self.holdpoint.consume(approval["id"], "issue_refund", ARGS)
        with self.assertRaises(ApprovalRefused) as again:
            self.holdpoint.consume(approval["id"], "issue_refund", ARGS)
        self.assertEqual(again.exception.code, "already_consumed")

    def test_finds_the_same_request_again_by_its_call_or_key(self) -> None:
        body = a_request()
        self.assertEqual(self.holdpoint.request(body)["id"], self.holdpoint.request(body)["id"])
        bare = {name: value for name, value in body.items() if name not in ("tool_call_id", "run_id", "thread_id")}
        self.assertEqual(
            self.holdpoint.request(bare, idempotency_key="python 1")["id"], self.holdpoint.request(bare, idempotency_key="python 1")["id"]
        )
        self.assertNotEqual(self.holdpoint.request(bare)["id"], self.holdpoint.request(bare)["id"])
        with self.assertRaises(HoldpointError) as other:
            self.holdpoint.request({**body, "action": {"name": "issue_refund", "args": {"amount": 500}}})
        self.assertEqual(other.exception.code, "idempotency_key_reused")

    def test_stops_for_a_rejection_a_withdrawal_and_silence(self) -> None:
        asked = self.holdpoint.request(a_request())
        decide("reject", asked["id"])
        rejected = self.holdpoint.wait(asked["id"])
        self.assertEqual(rejected["status"], "rejected")
        withdrawn = self.holdpoint.withdraw(self.holdpoint.request(a_request())["id"], note="solved")
        for decision in (rejected["decision"], withdrawn["decision"]):
            with self.assertRaises(NotApproved):
                assert_approved(decision, "issue_refund", ARGS)
        started = time.monotonic()
        self.assertIsNone(self.holdpoint.request_and_wait(a_request(), timeout_sec=0.2))
        self.assertLess(time.monotonic() - started, 10)

    def test_revises_and_reads(self) -> None:
        asked = self.holdpoint.request(a_request())
        revised = self.holdpoint.revise(asked["id"], {"action": {"name": "issue_refund", "args": {**ARGS, "amount": 40}}})
        self.assertNotEqual(revised["id"], asked["id"])
        self.assertEqual(self.holdpoint.get(asked["id"])["replacedBy"], revised["id"])
        with self.assertRaises(HoldpointError) as nothing_asked:
            self.holdpoint.answer(revised["id"], "qst_aaaaaaaaaaaaaaaaaaaaaaaaaa", "yes")
        self.assertIn(nothing_asked.exception.status, (404, 409, 422))

    def test_says_what_is_wrong_without_the_key(self) -> None:
        stranger = Holdpoint(URL, "hp_live_wrong_key_of_nobody")
        with self.assertRaises(HoldpointError) as refused:
            stranger.request(a_request())
        self.assertEqual(refused.exception.status, 401)
        gone = Holdpoint("http://127.0.0.1:9", "hp_test_secret", retries=1)
        with self.assertRaises(HoldpointError) as unreachable:
            gone.get("apr_a")
        self.assertEqual((unreachable.exception.status, unreachable.exception.code), (0, "unreachable"))
        self.assertNotIn("hp_test_secret", str(unreachable.exception) + repr(gone))
        with self.assertRaises(HoldpointError) as nothing:
            self.holdpoint.get("../../admin?x=1")
        self.assertEqual(nothing.exception.status, 404)


if __name__ == "__main__":
    unittest.main()
