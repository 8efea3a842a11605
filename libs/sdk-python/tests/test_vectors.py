"""The vectors that the TypeScript package reads too."""

from __future__ import annotations

import json
import os
import sys
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from holdpoint import (
    NotCanonical,
    ReceiptError,
    StrictJsonError,
    WebhookVerificationError,
    action_hash,
    binding_hash,
    canonical_json,
    ed25519,
    parse_strict_json,
    verify_callback,
    verify_receipt,
    verify_webhook,
)

VECTORS = json.loads((Path(__file__).parents[2] / "sdk" / "vectors.json").read_text(encoding="utf-8"))

#: As if the package were not installed.
WITHOUT_CRYPTOGRAPHY = mock.patch.dict(sys.modules, {"cryptography": None, "cryptography.exceptions": None})


def as_javascript_reads(text: str) -> Any:
    """Integers beyond ±(2^53−1) become doubles, as in every JavaScript."""
    return json.loads(text, parse_int=lambda digits: int(digits) if abs(int(digits)) < 2**53 else float(digits))


class CanonicalJson(unittest.TestCase):
    def test_is_that_of_the_vectors(self) -> None:
        for vector in VECTORS["canonicalJson"]:
            with self.subTest(vector["json"]):
                self.assertEqual(canonical_json(as_javascript_reads(vector["json"])), vector["canonical"])

    def test_is_what_the_typescript_package_writes_for_any_document(self) -> None:
        path = os.environ.get("HOLDPOINT_DOCUMENTS")
        if path is None:
            self.skipTest("HOLDPOINT_DOCUMENTS names no file of generated documents")
        documents = json.loads(Path(path).read_text(encoding="utf-8"))
        self.assertGreater(len(documents), 0)
        for document in documents:
            self.assertEqual(canonical_json(as_javascript_reads(document["json"])), document["canonical"])

    def test_does_not_exist_for_what_parties_read_differently(self) -> None:
        for value in [float("nan"), float("inf"), 2**53, -(2**53), "\ud800", {"\udc00": 1}, {1: "a"}, {"a": {1, 2}}, b"a", object(), [[...]]]:
            with self.subTest(repr(value)), self.assertRaises(NotCanonical):
                canonical_json(value)

    def test_ends_for_a_value_that_holds_itself(self) -> None:
        endless: "list[Any]" = []
        endless.append(endless)
        with self.assertRaises(NotCanonical):
            canonical_json(endless)


class StrictJson(unittest.TestCase):
    def test_refuses_what_the_vectors_refuse(self) -> None:
        for vector in VECTORS["strictJsonRefused"]:
            with self.subTest(vector["json"]), self.assertRaises(StrictJsonError) as caught:
                parse_strict_json(vector["json"])
            self.assertEqual(caught.exception.code, vector["code"])

    def test_ends_on_hostile_texts(self) -> None:
        for text in ["[" * 100_000, "1" * 1_000_000, '{"a":' * 70 + "1" + "}" * 70, b"\xff\xfe{}"]:
            with self.assertRaises(StrictJsonError):
                parse_strict_json(text)


class Hashes(unittest.TestCase):
    def test_of_actions_and_places_are_those_of_the_vectors(self) -> None:
        for vector in VECTORS["actionHashes"]:
            self.assertEqual(action_hash(vector["tool"], as_javascript_reads(json.dumps(vector["args"]))), vector["hash"])
        for vector in VECTORS["bindingHashes"]:
            place = {"thread_id": vector["threadId"], "run_id": vector["runId"], "tool_call_id": vector["toolCallId"]}
            found = binding_hash(source=vector["source"], tenant=vector["tenant"], action_hash=vector["actionHash"], **place)
            self.assertEqual(found, vector["hash"])


class Ed25519(unittest.TestCase):
    def test_holds_for_the_signatures_of_rfc_8032_and_for_nothing_near_them(self) -> None:
        for vector in VECTORS["ed25519"]:
            key, message, signature = (bytes.fromhex(vector[name]) for name in ("publicKey", "message", "signature"))
            self.assertTrue(ed25519.verify(key, message, signature))
            self.assertFalse(ed25519.verify(key, message + b"x", signature))
            for at in (0, 31, 32, 63):
                changed = bytearray(signature)
                changed[at] ^= 1
                self.assertFalse(ed25519.verify(key, message, bytes(changed)))
            self.assertFalse(ed25519.verify(bytes(31) + b"\x01", message, signature))
            self.assertFalse(ed25519.verify(key[:31], message, signature))


class Receipts(unittest.TestCase):
    def check(self) -> None:
        receipts = VECTORS["receipts"]
        self.assertEqual(verify_receipt(receipts["valid"]["jws"], receipts["jwks"]), receipts["valid"]["claims"])
        for vector in receipts["refused"]:
            with self.subTest(vector["why"]), self.assertRaises(ReceiptError) as caught:
                verify_receipt(vector["jws"], receipts["jwks"])
            self.assertEqual(caught.exception.code, vector["code"])

    def test_are_verified_as_the_typescript_package_does(self) -> None:
        self.check()

    def test_are_verified_alike_without_the_cryptography_package(self) -> None:
        with WITHOUT_CRYPTOGRAPHY:
            self.check()


class Webhooks(unittest.TestCase):
    sample = VECTORS["webhook"]

    def outcome(self, **changes: Any) -> Any:
        headers = {
            "Webhook-Id": changes.pop("id", self.sample["id"]),
            "webhook-timestamp": changes.pop("timestamp", str(self.sample["timestampSec"])),
            "webhook-signature": changes.pop("signature", self.sample["v1"]),
        }
        given = {"secrets": [self.sample["secret"]], "now_sec": self.sample["timestampSec"], **changes}
        try:
            return verify_webhook(given.pop("body", self.sample["body"]), headers, **given)[0]
        except WebhookVerificationError as error:
            return error.code

    def test_hold_with_the_published_signature(self) -> None:
        self.assertEqual(self.outcome(), self.sample["id"])
        self.assertEqual(self.outcome(body=self.sample["body"].encode()), self.sample["id"])
        self.assertEqual(self.outcome(secrets=["whsec_" + "A" * 32, self.sample["secret"]]), self.sample["id"])
        self.assertEqual(self.outcome(signature=f"v1,AAAA nonsense {self.sample['v1']}"), self.sample["id"])

    def test_are_refused_otherwise(self) -> None:
        now = self.sample["timestampSec"]
        for changes, code in [
            ({"secrets": []}, "no_key"),
            ({"secrets": ["whsec_AA=="]}, "invalid_key"),
            ({"secrets": [None]}, "invalid_key"),
            ({"id": ""}, "missing_header"),
            ({"id": "a.b"}, "invalid_id"),
            ({"timestamp": f"{now}abc"}, "invalid_timestamp"),
            ({"timestamp": f" {now}"}, "invalid_timestamp"),
            ({"timestamp": "１２"}, "invalid_timestamp"),
            ({"now_sec": now + 301}, "timestamp_too_old"),
            ({"now_sec": now - 301}, "timestamp_too_new"),
            ({"body": self.sample["body"] + " "}, "no_matching_signature"),
            ({"id": "msg_other"}, "no_matching_signature"),
            ({"signature": self.sample["v1"][3:]}, "no_matching_signature"),
            ({"signature": "v1," + "A" * 43 + "="}, "no_matching_signature"),
            ({"signature": " ".join(["v1,AAAA"] * 40 + [self.sample["v1"]])}, "no_matching_signature"),
        ]:
            with self.subTest(code=code, changes=str(changes)):
                self.assertEqual(self.outcome(**changes), code)

    def test_of_v1a_need_the_cryptography_package_and_say_so(self) -> None:
        keys = {"secrets": [], "public_keys": [self.sample["publicKey"]], "signature": self.sample["v1a"]}
        with WITHOUT_CRYPTOGRAPHY:
            self.assertEqual(self.outcome(**keys), "cryptography_missing")
        try:
            import cryptography  # noqa: F401
        except ImportError:
            self.skipTest("cryptography is not installed")
        self.assertEqual(self.outcome(**keys), self.sample["id"])
        self.assertEqual(self.outcome(**{**keys, "body": "{}"}), "no_matching_signature")

    def test_give_the_decision_only_when_every_parser_reads_it_alike(self) -> None:
        import base64
        import hashlib
        import hmac

        def signed(body: str) -> "dict[str, str]":
            key = base64.b64decode(self.sample["secret"][6:])
            mac = hmac.new(key, f"msg_1.100.{body}".encode(), hashlib.sha256).digest()
            return {"webhook-id": "msg_1", "webhook-timestamp": "100", "webhook-signature": f"v1,{base64.b64encode(mac).decode()}"}

        body = '{"decision":"approved"}'
        self.assertEqual(verify_callback(body, signed(body), secrets=[self.sample["secret"]], now_sec=100), {"decision": "approved"})
        twice = '{"decision":"rejected","decision":"approved"}'
        with self.assertRaises(WebhookVerificationError) as caught:
            verify_callback(twice, signed(twice), secrets=[self.sample["secret"]], now_sec=100)
        self.assertEqual(caught.exception.code, "invalid_body")


if __name__ == "__main__":
    unittest.main()
