"""Random expressions, as trees."""

from __future__ import annotations

from hypothesis import strategies as st

from plc.core.diagnostic import Span
from plc.lang import ast

HERE = Span("t.st", 1, 1, 1, 2)

names = st.sampled_from(["a", "Temp", "x_1"])
called = names.map(lambda name: ast.Name(name, HERE))
leaves = st.one_of(
    called,
    st.integers(0, (1 << 64) - 1).map(lambda value: ast.Literal(value, None, HERE)),
    st.floats(0, allow_nan=False, allow_infinity=False).map(lambda value: ast.Literal(value, None, HERE)),
    st.integers(-(1 << 63), (1 << 63) - 1).map(lambda value: ast.Literal(value, "TIME", HERE)),
    st.integers(-99, 99).map(lambda value: ast.Literal(value, "INT", HERE)),
    st.booleans().map(lambda value: ast.Literal(value, "BOOL", HERE)),
    st.text(max_size=8).map(lambda value: ast.Literal(value, "STRING", HERE)),
)
operators = st.sampled_from(
    ["**", "*", "/", "MOD", "+", "-", "<", ">", "<=", ">=", "=", "<>", "AND", "XOR", "OR", "AND_THEN", "OR_ELSE"]
)


def grown(inner: st.SearchStrategy[ast.Expression]) -> st.SearchStrategy[ast.Expression]:
    return st.one_of(
        st.builds(lambda sign, left, right: ast.Binary(sign, left, right, HERE), operators, inner, inner),
        st.builds(lambda sign, one: ast.Unary(sign, one, HERE), st.sampled_from(["-", "+", "NOT"]), inner),
        st.builds(lambda name, one: ast.Call(name, (ast.Argument(None, one, False, HERE),), HERE), called, inner),
        st.builds(lambda name, one: ast.Index(name, (one,), HERE), called, inner),
    )


expressions = st.recursive(leaves, grown, max_leaves=12)
