"""RFC 8785, the JSON Canonicalization Scheme: one byte sequence per JSON value."""

from __future__ import annotations

import json
import math
from typing import Any

from .errors import NotCanonical

#: Largest integer every JSON parser reads alike (RFC 7493 §2.2).
SAFE_INTEGER_MAX = 2**53 - 1
#: Nested arrays and objects; the server refuses deeper bodies too.
DEPTH_MAX = 64


def canonical_json(value: Any) -> str:
    """Write a plain JSON value canonically: keys in UTF-16 order, numbers and strings as ECMAScript writes them, no whitespace.

    :param value: None, bool, int within ±(2^53−1), finite float, str, list, tuple, or dict with str keys
    :raises NotCanonical: for anything else
    """
    return _write(value, 0)


def _write(value: Any, depth: int) -> str:
    if depth > DEPTH_MAX:
        raise NotCanonical(f"a value nested deeper than {DEPTH_MAX} levels")
    if value is None:
        return "null"
    # bool before int: True is an int to Python, and a word to JSON. Subclasses (numpy, enum) are refused: they may print otherwise.
    if value is True:
        return "true"
    if value is False:
        return "false"
    kind = type(value)
    if kind is str:
        return _quoted(value)
    if kind is int:
        if not -SAFE_INTEGER_MAX <= value <= SAFE_INTEGER_MAX:
            raise NotCanonical("an integer beyond ±(2^53−1), which other parsers round (send it as a string),")
        return str(value)
    if kind is float:
        return _number(value)
    if kind is list or kind is tuple:
        return "[" + ",".join([_write(item, depth + 1) for item in value]) + "]"
    if kind is dict:
        return _object(value, depth)
    raise NotCanonical(f"a {kind.__name__}")


def _object(value: "dict[Any, Any]", depth: int) -> str:
    for key in value:
        if type(key) is not str:
            raise NotCanonical(f"an object key of type {type(key).__name__}")
        _assert_well_formed(key)
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join([_quoted(key) + ":" + _write(value[key], depth + 1) for key in keys]) + "}"


def _quoted(text: str) -> str:
    _assert_well_formed(text)
    return json.dumps(text, ensure_ascii=False)


def _assert_well_formed(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical("a string with a lone surrogate") from None


def _number(value: float) -> str:
    """ECMA-262 Number::toString, radix 10. Python and ECMAScript choose the same shortest digits and place the point differently."""
    if not math.isfinite(value):
        raise NotCanonical(str(value))
    if value == 0:
        return "0"  # also for -0.0
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The value is 0.d1d2d3… × 10^point.
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = point - 1
    head = digits[0] + ("." + digits[1:] if count > 1 else "")
    return f"{sign}{head}e{'+' if power >= 0 else '-'}{abs(power)}"
