"""Cuts resources out of JSON exactly as they were sent, and finds what they refer to."""

import json

DECODER = json.JSONDecoder()
SPACE = " \t\r\n"


def of_bundle(body):
    """`Type/id` to exact bytes, and the address of the next page."""
    text, found = body.decode(), {}
    for start, end in spans(text, members(text, skip(text, 0)).get("entry")):
        if "resource" in (inner := members(text, start)):
            piece = text[slice(*inner["resource"])]
            found[name(json.loads(piece))] = piece.encode()
    links = json.loads(text).get("link", [])
    return found, next((link["url"] for link in links if link["relation"] == "next"), None)


def members(text, at):
    """Where each member's value of the object at `at` stands."""
    found, at = {}, skip(text, at + 1)
    while text[at] != "}":
        key, at = DECODER.raw_decode(text, at)
        start = skip(text, skip(text, at) + 1)
        _, end = DECODER.raw_decode(text, start)
        found[key] = (start, end)
        at = skip(text, end)
        at = skip(text, at + 1) if text[at] == "," else at
    return found


def spans(text, array):
    """Where each element of an array stands."""
    if array is None:
        return
    at = skip(text, array[0] + 1)
    while text[at] != "]":
        _, end = DECODER.raw_decode(text, at)
        yield at, end
        at = skip(text, end)
        at = skip(text, at + 1) if text[at] == "," else at


def skip(text, at):
    while at < len(text) and text[at] in SPACE:
        at += 1
    return at


def name(resource):
    return f"{resource['resourceType']}/{resource['id']}"


def references(value):
    """`Type/id` of everything at the same server that a resource refers to."""
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, dict):
        said = value.get("reference")
        parts = said.split("/_history")[0].split("/") if isinstance(said, str) else []
        if len(parts) == 2 and parts[0][:1].isupper():
            yield "/".join(parts)
        for one in value.values():
            yield from references(one)
