"""Ask, wait, check, spend, act, report: pip install holdpoint."""

import os
import sys
import time

from holdpoint import ApprovalRefused, Holdpoint, NotApproved, assert_approved

holdpoint = Holdpoint(os.environ["HOLDPOINT_URL"], os.environ["HOLDPOINT_API_KEY"])
args = {"order_id": "A-1", "amount": 50}

asked = holdpoint.request(
    {
        "source": "custom",
        # These name the request for ever: asking again finds the same approval.
        "thread_id": "ticket-4711",
        "tool_call_id": f"call-{sys.argv[1] if len(sys.argv) > 1 else time.time_ns()}",
        "arguments": {
            "context_summary": "Order A-1 arrived broken.",
            "proposed_action": "Refund $50",
            "entity_id": "A-1",
            "risk_level": "high",
        },
        "action": {"name": "issue_refund", "args": args},
    }
)
decision = holdpoint.wait(asked["id"])["decision"]

try:
    if decision["decision"] == "modified":
        args = decision["approvedAction"]["args"]
    assert_approved(decision, "issue_refund", args, approval_id=asked["id"])
    holdpoint.consume(asked["id"], "issue_refund", args)
except (NotApproved, ApprovalRefused) as error:
    print(f"not refunded: {error.code}")
else:
    print(f"refunded {args['amount']}")
    holdpoint.report_execution(asked["id"], "issue_refund", args)
