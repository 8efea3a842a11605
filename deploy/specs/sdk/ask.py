"""Does with the Python package what it is told, a JSON line each, and says what came of it: ``holds``, a value, or the code of the refusal."""

import json
import os
import sys

from holdpoint import Holdpoint, action_hash, assert_approved, parse_strict_json, verify_receipt
from holdpoint.errors import HoldpointException

holdpoint = Holdpoint(os.environ["HOLDPOINT_URL"], os.environ["HOLDPOINT_API_KEY"])
DOES = {
    "hash": lambda tool, text: action_hash(tool, parse_strict_json(text)),
    "assert": lambda approval, tool, text, id: assert_approved(approval, tool, parse_strict_json(text), approval_id=id),
    "verify": lambda jws, jwks: verify_receipt(jws, jwks) and None,
    "consume": lambda id, tool, text: holdpoint.consume(id, tool, parse_strict_json(text)) and None,
    "report": lambda id, tool, text: str(holdpoint.report_execution(id, tool, parse_strict_json(text))["matchesApproval"]),
}

for line in sys.stdin:
    does, given = json.loads(line)
    try:
        said = DOES[does](**given) or "holds"
    except HoldpointException as error:
        said = error.code
    print(json.dumps(said), flush=True)
