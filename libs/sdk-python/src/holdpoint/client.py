"""The client an agent's app uses: ask, wait, withdraw, revise, answer, spend, and tell what ran."""

from __future__ import annotations

import json
import math
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.client import HTTPException
from typing import Any, Dict, Mapping, Optional, Sequence

from .errors import ApprovalRefused, HoldpointError, StrictJsonError
from .hashes import action_hash
from .strict_json import parse_strict_json
from .webhooks import verify_callback

#: Longest hold of one long poll, seconds: the server's own limit.
POLL_SEC_MAX = 60
#: How long past its hold a long poll may take before it counts as lost, seconds.
POLL_GRACE_SEC = 10
#: How long any other call may take, seconds.
CALL_SEC_MAX = 30
#: Repeats of a call that may be repeated, after it failed for a passing reason.
RETRIES = 3
#: First pause before a repeat when the server names none, doubled each time, and the longest, seconds.
RETRY_SEC = 0.5
RETRY_SEC_MAX = 30.0
#: An answer larger than this is not one of ours, bytes.
ANSWER_BYTES_MAX = 4 * 1024 * 1024


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could carry the API key to another host; it is an error."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Holdpoint:
    """Talks to one instance. Threads may share it: it keeps no state.

    :param base_url: where ingest listens, for example ``http://127.0.0.1:7070``
    :param api_key: ``hp_live_…`` or ``hp_test_…``
    :param webhook_secret: ``whsec_…`` of the endpoint that callbacks come to, for :meth:`verify_callback`
    :param public_key: ``whpk_…`` of the endpoint; needs the ``cryptography`` package
    :param retries: repeats after a failure that passes; calls that must happen once are never repeated
    """

    def __init__(
        self, base_url: str, api_key: str, *, webhook_secret: Optional[str] = None, public_key: Optional[str] = None, retries: int = RETRIES
    ) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise ValueError("base_url must start with http:// or https://, for example http://127.0.0.1:7070")
        self._base = base_url.rstrip("/")
        self._api_key = api_key
        self._secrets = [webhook_secret] if webhook_secret else []
        self._public_keys = [public_key] if public_key else []
        self._retries = retries
        self._opener = urllib.request.build_opener(_NoRedirects)

    def __repr__(self) -> str:
        return f"Holdpoint({self._base!r})"

    def request(self, body: Mapping[str, Any], *, idempotency_key: Optional[str] = None) -> Dict[str, Any]:
        """Ask for an approval. A repeat with the same key answers with the first request's approval.

        :param body: the approval request, member names in camelCase or snake_case
        :param idempotency_key: by default the paused call names the request (tool call with run or thread), so that it survives a
            restart; a body without them gets a key that only covers the repeats of this one call
        :raises HoldpointError: ``erased`` when the first request under this key was erased: ask under another key
        """
        key = idempotency_key
        if key is None and not _names_its_call(body):
            key = str(uuid.uuid4())
        return self._call("POST", "/v1/approvals", body, headers={} if key is None else {"idempotency-key": key}, repeat=True)

    def get(self, approval_id: str) -> Dict[str, Any]:
        """Read an approval as it stands. :raises HoldpointError: ``erased`` when nobody can read it any more"""
        return self._call("GET", _path(approval_id), repeat=True)

    def wait(self, approval_id: str, *, timeout_sec: Optional[float] = None) -> Dict[str, Any]:
        """Wait by long polls until the request has its decision. It holds nothing but the id: after a restart, call it again.

        :param timeout_sec: give up after this long; by default it waits as long as the request lives
        :returns: the approval, terminal, or still ``pending`` when the timeout came first; pending is not an approval
        :raises HoldpointError: for answers that a repeat would not change
        """
        end = time.monotonic() + (math.inf if timeout_sec is None else timeout_sec)
        while True:
            left = max(0.0, end - time.monotonic())
            hold = min(POLL_SEC_MAX, math.ceil(left) if math.isfinite(left) else POLL_SEC_MAX)
            try:
                approval = self._once("GET", f"{_path(approval_id)}/wait?timeout={hold}", limit_sec=hold + POLL_GRACE_SEC)
                if approval["status"] != "pending" or time.monotonic() >= end:
                    return approval
            except HoldpointError as error:
                if not _passes(error) or time.monotonic() >= end:
                    raise
                time.sleep(max(0.0, min(_pause_of(error, 1), end - time.monotonic())))

    def request_and_wait(
        self, body: Mapping[str, Any], *, idempotency_key: Optional[str] = None, timeout_sec: Optional[float] = None
    ) -> Optional[Dict[str, Any]]:
        """Ask and wait. :returns: the decision, or ``None`` when ``timeout_sec`` came first; ``None`` is not an approval"""
        accepted = self.request(body, idempotency_key=idempotency_key)
        decision: Optional[Dict[str, Any]] = self.wait(accepted["id"], timeout_sec=timeout_sec)["decision"]
        return decision

    def withdraw(self, approval_id: str, *, note: Optional[str] = None) -> Dict[str, Any]:
        """Take a request back: nobody needs to decide it any more. :raises HoldpointError: ``already_decided``"""
        return self._call("POST", f"{_path(approval_id)}/withdraw", {} if note is None else {"note": note}, repeat=True)

    def revise(self, approval_id: str, changes: Mapping[str, Any]) -> Dict[str, Any]:
        """Change a proposal that is still pending: a new request takes its place, and is answered instead of it.

        :param changes: the members that change (arguments, action, argsSchema, context, labels, preconditions)
        :raises HoldpointError: ``already_decided`` when a decision came first
        """
        return self._call("POST", f"{_path(approval_id)}/revise", changes)

    def answer(self, approval_id: str, question_id: str, text: str) -> Dict[str, Any]:
        """Answer a question of somebody who decides (``approval["questions"]``). :raises HoldpointError: ``question_not_open``"""
        return self._call("POST", f"{_path(approval_id)}/answers", {"questionId": question_id, "text": text})

    def consume(self, approval_id: str, tool: str, args: Any, *, preconditions: Optional[Sequence[Mapping[str, Any]]] = None) -> Dict[str, Any]:
        """Spend an approval, once, right before the action runs. Run it only when this returns.

        It is never repeated by itself: after a lost answer nobody can tell whether the approval was spent, and the action must not run.

        :param args: the exact arguments the tool is about to run with
        :param preconditions: each one the request stated, with the value it has now
        :raises ApprovalRefused: spent before, not approved, expired, another action, held, erased, or the world changed
        :raises HoldpointError: no answer: do not run the action
        """
        body: Dict[str, Any] = {"actionHash": action_hash(tool, args)}
        if preconditions is not None:
            body["preconditions"] = list(preconditions)
        try:
            return self._call("POST", f"{_path(approval_id)}/consume", body)
        except HoldpointError as error:
            if error.status in (403, 404, 409, 410, 422):
                raise ApprovalRefused(error.status, error.code, str(error), error.problem, error.retry_after_sec) from None
            raise

    def report_execution(self, approval_id: str, tool: str, args: Any, *, outcome: str = "succeeded", detail: Optional[str] = None) -> Dict[str, Any]:
        """Put on record what ran; a call other than the approved one raises an alarm.

        :param outcome: ``succeeded`` or ``failed``
        """
        body = {"actionHash": action_hash(tool, args), "outcome": outcome, **({} if detail is None else {"detail": detail})}
        return self._call("POST", f"{_path(approval_id)}/executions", body)

    def jwks(self) -> Dict[str, Any]:
        """The key set for :func:`verify_receipt`; fetch it once and keep it."""
        return self._call("GET", "/.well-known/jwks.json", repeat=True)

    def verify_callback(self, raw_body: bytes, headers: Mapping[str, Any]) -> Dict[str, Any]:
        """Check a callback's signature and read its decision. :raises WebhookVerificationError:"""
        return verify_callback(raw_body, headers, secrets=self._secrets, public_keys=self._public_keys)

    def _call(
        self, method: str, path: str, body: Optional[Mapping[str, Any]] = None, *, headers: Optional[Mapping[str, str]] = None, repeat: bool = False
    ) -> Dict[str, Any]:
        for attempt in range(self._retries + 1):
            try:
                return self._once(method, path, body, headers=headers)
            except HoldpointError as error:
                if not repeat or not _passes(error) or attempt == self._retries:
                    raise
                time.sleep(_pause_of(error, attempt))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _once(
        self,
        method: str,
        path: str,
        body: Optional[Mapping[str, Any]] = None,
        *,
        headers: Optional[Mapping[str, str]] = None,
        limit_sec: float = CALL_SEC_MAX,
    ) -> Dict[str, Any]:
        data = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8")
        sent = {"authorization": f"Bearer {self._api_key}", "accept": "application/json, application/problem+json", **(headers or {})}
        if data is not None:
            sent["content-type"] = "application/json"
        asked = urllib.request.Request(self._base + path, data=data, headers=sent, method=method)
        try:
            with self._opener.open(asked, timeout=limit_sec) as response:
                status, after, raw = response.status, None, response.read(ANSWER_BYTES_MAX)
        except urllib.error.HTTPError as error:
            with error:
                status, after, raw = error.code, error.headers.get("retry-after"), error.read(ANSWER_BYTES_MAX)
        except (urllib.error.URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise HoldpointError(0, "unreachable", f"no answer from {self._base}: {reason}; check base_url and that ingest runs") from None
        answer = _parsed(raw)
        if 200 <= status < 300 and answer is not None:
            return answer
        raise _problem_of(status, answer, after)


def _path(approval_id: str) -> str:
    return f"/v1/approvals/{urllib.parse.quote(approval_id, safe='')}"


def _names_its_call(body: Mapping[str, Any]) -> bool:
    def has(*names: str) -> bool:
        return any(body.get(name) is not None for name in names)

    return has("toolCallId", "tool_call_id") and has("runId", "run_id", "threadId", "thread_id")


def _passes(error: HoldpointError) -> bool:
    return error.status == 0 or error.status == 429 or error.status >= 500


def _pause_of(error: HoldpointError, attempt: int) -> float:
    return min(RETRY_SEC * 2**attempt if error.retry_after_sec is None else error.retry_after_sec, RETRY_SEC_MAX)


def _parsed(raw: bytes) -> Optional[Dict[str, Any]]:
    try:
        answer = parse_strict_json(raw)
    except StrictJsonError:
        return None
    return answer if isinstance(answer, dict) else None


def _problem_of(status: int, answer: Optional[Mapping[str, Any]], retry_after: Optional[str]) -> HoldpointError:
    after = int(retry_after) if retry_after is not None and re.match(r"[0-9]{1,6}\Z", retry_after) else None
    if answer is not None and isinstance(answer.get("code"), str) and isinstance(answer.get("detail"), str):
        return HoldpointError(status, answer["code"], answer["detail"], answer, after)
    return HoldpointError(status, "unexpected_answer", f"the server answered {status} without a problem document; check base_url", None, after)
