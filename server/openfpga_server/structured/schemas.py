"""JSON schemas of requests: bounded, walked, and made ready for a grammar.

Schemas come from anybody. Whatever is done with one is bounded here by its size and depth; what compiling it
may cost is bounded by the compiler (`openfpga_host.grammar`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from openfpga_server.errors import ApiError, bad_request
from openfpga_server.protocol.common import JsonObject

MAX_DEPTH = 64
MAX_NODES = 20_000
MAX_PROPERTIES = 500
"""Of one object; each optional one that may come next costs the parser at every token."""
MAX_ALL_PROPERTIES = 2000
"""Of all objects of a schema."""
MAX_PATTERN = 20_000
"""Characters of a pattern whose repetitions are written out."""
MAX_LEVELS = 1000
"""That references may lead through altogether."""
MAX_REFERENCES = 64
"""In a row, in the search for an end."""
MAX_STEPS = 10_000
CODE = "invalid_json_schema"

_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
_SINGLE = (
    "items",
    "additionalProperties",
    "additionalItems",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_COMBINING = frozenset({"allOf", "anyOf", "oneOf", "$ref", "not", "if", "dependentSchemas"})
_OPEN = frozenset({"additionalProperties", "patternProperties", "unevaluatedProperties"})
_OBJECT = frozenset({"properties", "required"}) | _OPEN

_PATTERN_PARTS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|.", re.DOTALL)

_WITHIN = re.compile(r" while processing json-schema:\S*")
"""A place in the grammar, where the caller's schema stands under a name of ours."""

# What llguidance says of a schema, and the keyword that it speaks of.
_REASONS = (
    (re.compile(r'Unimplemented keys: \["([^"]+)"'), None),
    (re.compile(r"format"), "format"),
    (re.compile(r"oneOf"), "oneOf"),
    (re.compile(r"[Pp]ointer|[Rr]esource|\$ref|retriev"), "$ref"),
    (re.compile(r"Invalid type"), "type"),
    (re.compile(r"anyOf"), "anyOf"),
    (re.compile(r"minProperties|maxProperties|min/maxProperties"), "minProperties"),
    (re.compile(r"minItems"), "minItems"),
    (re.compile(r"minLength"), "minLength"),
    (re.compile(r"[Mm]inimum"), "minimum"),
    (re.compile(r"regex|pattern"), "pattern"),
)


def check_size(schema: object, param: str) -> None:
    """Refuse what is nested too deeply or too large to be looked at.

    Raises:
        ApiError: 400.
    """
    level: list[Any] = [schema]
    nodes = 0
    for _ in range(MAX_DEPTH):
        following: list[Any] = []
        for value in level:
            following.extend(
                value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            )
        nodes += len(following)
        if not following:
            return
        if nodes > MAX_NODES:
            raise _refused(param, f"it has more than {MAX_NODES} values")
        level = following
    raise _refused(param, f"it is nested more than {MAX_DEPTH} levels deep")


def check_schema(schema: JsonObject, param: str) -> None:
    """Refuse what would take too long to compile or to follow.

    Raises:
        ApiError: 400.
    """
    check_size(schema, param)
    _check_references(schema, param)
    properties = 0
    for path, node in subschemas(schema):
        members = node.get("properties")
        count = len(members) if isinstance(members, dict) else 0
        properties += count
        if count > MAX_PROPERTIES or properties > MAX_ALL_PROPERTIES:
            limits = f"{MAX_PROPERTIES} in one object and {MAX_ALL_PROPERTIES} altogether"
            raise _refused(param, f"there are too many; the limits are {limits}", "properties", path)
        patterns = node.get("patternProperties")
        for pattern in (node.get("pattern"), *(patterns if isinstance(patterns, dict) else ())):
            if isinstance(pattern, str) and _written_out(pattern) > MAX_PATTERN:
                keyword = "pattern" if pattern == node.get("pattern") else "patternProperties"
                reason = f"written out its repetitions have more than {MAX_PATTERN} characters"
                raise _refused(param, reason, keyword, path)


def subschemas(schema: Any, path: str = "") -> Iterator[tuple[str, JsonObject]]:
    """All schemas that are objects, the outer one first, each with its path (".properties.name")."""
    if isinstance(schema, dict):
        yield path, schema
        for step, child in _children(schema):
            yield from subschemas(child, path + step)


def _children(schema: JsonObject) -> Iterator[tuple[str, Any]]:
    """The schemas directly within one, each with its path from there."""
    for key in _MAPS:
        members = schema.get(key)
        for name, member in members.items() if isinstance(members, dict) else ():
            yield f".{key}.{name}", member
    for key in _LISTS:
        entries = schema.get(key)
        for i, entry in enumerate(entries if isinstance(entries, list) else ()):
            yield f".{key}[{i}]", entry
    for key in _SINGLE:
        if isinstance(schema.get(key), dict):
            yield f".{key}", schema[key]


def _check_references(schema: JsonObject, param: str) -> None:
    """Refuse schemas whose references could lead so deep that the compiler, which recurses, has no stack
    left. The longest way leads once through every schema that is referred to.
    """
    known: dict[int, int] = {}

    def levels(node: Any) -> int:
        if not isinstance(node, dict):
            return 0
        if id(node) not in known:
            known[id(node)] = 1 + max((levels(child) for _, child in _children(node)), default=0)
        return known[id(node)]

    found = ((node.get("$ref"), path) for path, node in subschemas(schema))
    references = {reference: path for reference, path in found if isinstance(reference, str)}
    total = levels(schema)
    for reference, path in references.items():
        total += levels(_target(schema, reference)) + 1
        if total > MAX_LEVELS:
            reason = f"references may lead through more than {MAX_LEVELS} levels"
            raise _refused(param, reason, "$ref", path)


def _target(root: JsonObject, reference: str) -> Any:
    """What a reference within the document points to; None for others."""
    if not reference.startswith("#"):
        return None
    value: Any = root
    for step in reference.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            index = int(name) if name.isdecimal() and len(name) < 9 else len(value)
            value = value[index] if index < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


def mapped(schema: JsonObject, change: Callable[[JsonObject], JsonObject]) -> JsonObject:
    """A copy of a schema in which every schema that is an object was changed, inner ones first."""

    def walk(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        node = dict(value)
        for key in _MAPS:
            if isinstance(node.get(key), dict):
                node[key] = {name: walk(member) for name, member in node[key].items()}
        for key in _LISTS:
            if isinstance(node.get(key), list):
                node[key] = [walk(entry) for entry in node[key]]
        for key in _SINGLE:
            if isinstance(node.get(key), dict):
                node[key] = walk(node[key])
        return change(node)

    result: JsonObject = walk(schema)
    return result


def check_finite(schema: JsonObject, param: str) -> None:
    """Refuse a schema that no finite value can satisfy, as it requires itself.

    Raises:
        ApiError: 400.
    """
    try:
        finite = _Finite(schema).holds(schema, frozenset())
    except RecursionError:
        # Too deep to tell; then an answer ends at its token limit.
        finite = True
    if not finite:
        raise _refused(param, "it requires itself without end", "$ref", _place(schema, "$ref"))


def closed(schema: JsonObject) -> JsonObject:
    """The schema with objects that list their properties held to those, where it does not say otherwise.

    What satisfies the result satisfies the schema. Without it a model would be free to invent keys, which is
    hardly ever meant. Schemas whose objects are put together of several parts stay as they are.
    """
    parts = ("allOf", "not", "if", "dependentSchemas", "$dynamicRef")
    for _, node in subschemas(schema):
        combined = _COMBINING & node.keys()
        if any(part in node for part in parts) or (combined and _OBJECT & node.keys()):
            return schema
    return mapped(schema, _with_no_others)


def refusal(schema: JsonObject, reason: str, param: str) -> ApiError:
    """The error for a schema that cannot be enforced, naming keyword and place.

    Args:
        schema: as the client sent it.
        reason: the compiler's words.
        param: the request field that holds the schema.
    """
    for pattern, fixed in _REASONS:
        found = pattern.search(reason)
        if found is None:
            continue
        keyword = fixed or found[1]
        reason = reason if fixed else "it is none of those that are"
        place = _place(schema, keyword, reason)
        if place is not None:
            return _refused(param, _first_line(reason), keyword, place)
    return _refused(param, _first_line(reason))


def _refused(param: str, reason: str, keyword: str | None = None, place: str | None = None) -> ApiError:
    if keyword is None or place is None:
        return bad_request(f"Invalid schema in '{param}': {reason}.", param, CODE)
    where = f"{param}{place}.{keyword}"
    what = f"the keyword '{keyword}' at '{where[:400]}' cannot be enforced: {reason}."
    return bad_request(f"Invalid schema in '{param}': {what}", where[:200], CODE)


def _first_line(reason: str) -> str:
    return _WITHIN.sub("", " ".join(reason.split()))[:300].rstrip(".")


def _place(schema: JsonObject, keyword: str, reason: str = "") -> str | None:
    """Where the keyword stands; of several places the first whose value the reason quotes, else the first."""
    places = [(path, node[keyword]) for path, node in subschemas(schema) if keyword in node]
    quoted = (path for path, value in places if isinstance(value, str) and value and value in reason)
    return next(quoted, places[0][0] if places else None)


def _with_no_others(node: JsonObject) -> JsonObject:
    if isinstance(node.get("properties"), dict) and not _OPEN & node.keys():
        return {**node, "additionalProperties": False}
    return node


def _written_out(pattern: str) -> int:
    """Length of a regular expression with its counted repetitions written out."""
    sizes, last = [0], 0
    for part in _PATTERN_PARTS.finditer(pattern):
        if part[0] == "(":
            sizes.append(0)
        elif part[0] == ")" and len(sizes) > 1:
            last = sizes.pop()
            sizes[-1] += last
        elif part[1] is not None:
            # Nine digits are more than enough, and longer ones cost time.
            count = max(int(part[1][:9]), int((part[2] or "0")[:9]), 1)
            sizes[-1] += last * (count - 1)
            last *= count
        else:
            last = 1
            sizes[-1] += 1
    return sum(sizes)


class _Finite:
    """Whether a schema has a finite value; gives up, saying yes, after `MAX_STEPS` and `MAX_REFERENCES`."""

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._steps = 0

    def holds(self, node: Any, within: frozenset[str]) -> bool:
        self._steps += 1
        if self._steps > MAX_STEPS or len(within) > MAX_REFERENCES:
            return True
        if not isinstance(node, dict) or "const" in node or "enum" in node:
            return True
        reference = node.get("$ref")
        if isinstance(reference, str):
            if reference in within:
                return False
            target = _target(self._root, reference)
            if target is not None and not self.holds(target, within | {reference}):
                return False
        for key in ("anyOf", "oneOf"):
            options = node.get(key)
            if isinstance(options, list) and options and not any(self.holds(o, within) for o in options):
                return False
        parts = node.get("allOf")
        if isinstance(parts, list) and not all(self.holds(part, within) for part in parts):
            return False
        if node.get("type") in ("object", ["object"]):
            return all(self.holds(member, within) for member in _required(node))
        if node.get("type") in ("array", ["array"]):
            least = node.get("minItems")
            return not (isinstance(least, int) and least > 0) or self.holds(node.get("items"), within)
        return True


def _required(node: JsonObject) -> list[Any]:
    properties, required = node.get("properties"), node.get("required")
    if not isinstance(properties, dict) or not isinstance(required, list):
        return []
    return [properties[name] for name in required if isinstance(name, str) and name in properties]
