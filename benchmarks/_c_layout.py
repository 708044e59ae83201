"""The types of a compiled program as C declarations, so that a C program works on the same memory."""

from __future__ import annotations

from plc.lang.parse.tokens import kinds
from plc.lang.types import Array, Enumeration, Kind, Scalar, Struct, Text, Type, scalar_of

WORDS = kinds("""
    auto break case char const continue default do double else enum extern float for goto if int long register
    return short signed sizeof static struct switch typedef union unsigned void volatile while""")


def declarations(*structs: Struct) -> str:
    """A header with every structure and enumeration the given ones are made of, and proof that the sizes agree."""
    made: dict[str, str] = {}
    for struct in structs:
        _declare(struct, made)
    return "#include <stdbool.h>\n#include <stdint.h>\n\n" + "\n".join(made.values())


def identifier(name: str) -> str:
    """A name C accepts: no dots of a hidden slot, no word of C."""
    plain = "".join(letter if letter.isalnum() else "_" for letter in name)
    return f"{plain}_" if plain in WORDS else plain


def _declare(kind: Type, made: dict[str, str]) -> None:
    while isinstance(kind, Array):
        kind = kind.element
    if str(kind) in made:
        return
    if isinstance(kind, Text):
        made[str(kind)] = f"typedef struct {{ uint16_t length; char text[{kind.size - 2}]; }} Text{kind.length};\n"
    elif isinstance(kind, Enumeration):
        values = ", ".join(f"{identifier(f'{kind.name}_{name}')} = {number}" for name, number in kind.values)
        made[str(kind)] = f"enum {{ {values} }};\n"
    elif isinstance(kind, Struct):
        for field in kind.fields:
            _declare(field.type, made)
        lines = "".join(f"    {_member(field.type, identifier(field.name))};\n" for field in kind.fields)
        name = identifier(kind.name)
        proof = f'_Static_assert(sizeof({name}) == {kind.size}, "{name}");'
        made[str(kind)] = f"typedef struct {{\n{lines}}} {name};\n{proof if kind.fields else ''}\n"


def _member(kind: Type, name: str) -> str:
    if isinstance(kind, Array):
        for first, last in kind.dimensions:
            name += f"[{last - first + 1}]"
        return _member(kind.element, name)
    if isinstance(kind, Text):
        return f"Text{kind.length} {name}"
    return f"{identifier(kind.name) if isinstance(kind, Struct) else _scalar(kind)} {name}"


def _scalar(kind: Scalar | Enumeration) -> str:
    scalar = scalar_of(kind)
    if scalar.kind is Kind.BOOL:
        return "bool"
    if scalar.kind is Kind.REAL:
        return "float" if scalar.size == 4 else "double"
    return f"{'' if scalar.signed else 'u'}int{scalar.bits}_t"
