"""What an approval is bound to."""

from __future__ import annotations

import hashlib
from typing import Any, Optional

from .canonical import canonical_json


def _sha256_hex(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def action_hash(tool: str, args: Any) -> str:
    """Hash of one exact call.

    :returns: SHA-256, lower-case hexadecimal, of the canonical JSON of ``{v: 1, tool, args}``
    :raises NotCanonical: when ``args`` is not plain JSON
    """
    return _sha256_hex(canonical_json({"v": 1, "tool": tool, "args": args}))


def binding_hash(
    *, source: str, tenant: str, thread_id: Optional[str], run_id: Optional[str], tool_call_id: Optional[str], action_hash: str
) -> str:
    """Hash of a call in its place: another run, another thread or another tenant gives another hash. Missing ids are ``None``."""
    place = {"source": source, "tenant": tenant, "thread_id": thread_id, "run_id": run_id, "tool_call_id": tool_call_id}
    return _sha256_hex(canonical_json({"v": 1, **place, "action": f"sha256:{action_hash}"}))
