"""Words whose meaning comes with a later version: each is refused by its name, and what it opens is passed over."""

from __future__ import annotations

from plc.lang.parse.tokens import Token
from plc.lang.parse.trouble import Repair, Trouble

_CLASSES = "classes and interfaces come with a later version", "make the other block a variable inside for now"
_ACCESS = "access paths come with a later version", "read variables by the page or the interface for now"

REASONS = {
    "PROPERTY": ("properties come with a later version", "use VAR_INPUT and VAR_OUTPUT for now"),
    "VAR_ACCESS": _ACCESS,
    "VAR_STAT": (
        "variables shared by all instances come with a later version",
        "write VAR_GLOBAL for what they share, VAR for what is each one's own",
    ),
    "VAR_INST": ("variables of a method that last come with a later version", "declare them in VAR of the block"),
    "INTERFACE": _CLASSES,
    "CLASS": _CLASSES,
    "EXTENDS": _CLASSES,
    "IMPLEMENTS": _CLASSES,
    "NAMESPACE": ("namespaces come with a later version", "put the prefix into the names for now"),
    "USING": ("namespaces come with a later version", "leave it out for now"),
    "REF_TO": ("references come with a later version", "pass the variable by VAR_IN_OUT for now"),
    "WSTRING": ("wide text comes with a later version", "use STRING for now"),
    "R_EDGE": ("edges in declarations come with a later version", "call R_TRIG for now"),
    "F_EDGE": ("edges in declarations come with a later version", "call F_TRIG for now"),
}
_ENDS = {
    "PROPERTY": "END_PROPERTY", "VAR_ACCESS": "END_VAR", "VAR_STAT": "END_VAR", "VAR_INST": "END_VAR",
    "INTERFACE": "END_INTERFACE", "CLASS": "END_CLASS", "NAMESPACE": "END_NAMESPACE",
}  # fmt: skip
_LASTING = ("VAR_STAT", "VAR_INST")
_NAME_STARTERS = frozenset({":", ",", ":=", ".", "[", "AT"})


def later_word(trouble: Trouble) -> Repair | None:
    """Refuses ``CLASS c ... END_CLASS``; passes ``Class : INT``, which is a name no variable can have."""
    token = trouble.token
    if token.kind != "LATER":
        return None
    word = token.text.upper()
    if trouble.following.kind in _NAME_STARTERS and trouble.accepts("NAME", trouble.following.kind):
        return None
    reason, cure = REASONS.get(word, ("it closes nothing that can stand here", "take it away"))
    insert = ("STRING",) if word == "WSTRING" and trouble.accepts("STRING") else ()
    drop, loses = _length(trouble, word), word in _LASTING
    return Repair("P020", token, f"{token.text}: {reason}", cure, drop=drop, insert=insert, loses=loses)


def later_pointer(trouble: Trouble) -> Repair | None:
    """Refuses ``POINTER TO INT`` and ``REFERENCE TO INT``."""
    before = trouble.previous
    if trouble.kind != "TO" or before.text.upper() not in ("POINTER", "REFERENCE"):
        return None
    reason, cure = REASONS["REF_TO"]
    return Repair("P020", before, f"{before.text} TO: {reason}", cure, drop=2)


def _length(trouble: Trouble, word: str) -> int:
    """How many tokens the word takes with it."""
    rest = trouble.tokens[trouble.position : -1]
    if word in _ENDS:
        return _to_end(rest, word, _ENDS[word])
    if word in ("EXTENDS", "IMPLEMENTS"):
        following = (n for n, token in enumerate(rest) if n and token.kind not in ("NAME", ",", "."))
        return next(following, len(rest))
    if word == "USING":
        return next((n + 1 for n, token in enumerate(rest) if token.kind == ";"), 1)
    return 1


def _to_end(rest: list[Token], word: str, end: str) -> int:
    depth = 0
    for number, token in enumerate(rest):
        spelled = token.text.upper()
        depth += (spelled == word) - (spelled == end)
        if depth == 0:
            return number + 1
    return 1
