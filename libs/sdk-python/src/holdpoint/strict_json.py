"""Reads JSON that every parser reads alike, or refuses it."""

from __future__ import annotations

import json
import math
from typing import Any, List, Tuple, Union

from .canonical import DEPTH_MAX, SAFE_INTEGER_MAX
from .errors import StrictJsonError


def parse_strict_json(text: Union[str, bytes]) -> Any:
    """Parse a model's arguments or a callback's body.

    :raises StrictJsonError: ``invalid_utf8``, ``syntax``, ``duplicate_key``, ``unsafe_integer``, ``number_out_of_range``,
        ``lone_surrogate`` or ``too_deep``
    """
    try:
        text = text.decode("utf-8") if isinstance(text, (bytes, bytearray)) else text
        value = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant)
    except UnicodeDecodeError:
        raise StrictJsonError("invalid_utf8", "the JSON text is not UTF-8") from None
    except RecursionError:
        raise StrictJsonError("too_deep", "the JSON text nests too deep") from None
    except ValueError as error:
        raise StrictJsonError("syntax", f"the text is not valid JSON: {error}") from None
    _check(value, 0)
    return value


def _object(pairs: "List[Tuple[str, Any]]") -> "dict[str, Any]":
    result: "dict[str, Any]" = {}
    for key, value in pairs:
        if key in result:
            raise StrictJsonError("duplicate_key", f"the key {json.dumps(key)} stands twice in one object")
        result[key] = value
    return result


def _integer(digits: str) -> int:
    # Length first: turning a million digits into a number takes minutes.
    if len(digits) > 17 or abs(int(digits)) > SAFE_INTEGER_MAX:
        raise StrictJsonError("unsafe_integer", "an integer is beyond ±(2^53−1) and would lose digits; send it as a string")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise StrictJsonError("number_out_of_range", "a number is too large; send it as a string")
    if value.is_integer() and abs(value) > SAFE_INTEGER_MAX:
        raise StrictJsonError("unsafe_integer", "an integer is beyond ±(2^53−1) and would lose digits; send it as a string")
    return value


def _constant(word: str) -> Any:
    raise StrictJsonError("syntax", f"{word} is not JSON")


def _check(value: Any, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise StrictJsonError("too_deep", f"the JSON text nests deeper than {DEPTH_MAX} levels")
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise StrictJsonError("lone_surrogate", "a string holds half of a surrogate pair") from None
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth + 1)
            _check(item, depth + 1)
