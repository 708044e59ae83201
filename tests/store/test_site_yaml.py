"""YAML as nodes with places: what is in doubt or would cost too much is refused, at its place."""

import time

import pytest

from plc.store.site_yaml import MAX_BYTES, Document, List, Scalar, Table, parse


def codes(document: Document) -> list[tuple[str, int, int]]:
    return [(d.code, d.span.line, d.span.column) for d in document.diagnostics]


def test_every_node_knows_its_line_and_column() -> None:
    root = parse("f", b"a: 1\nb:\n  - x\n  - {c: 'y z'}\n").root
    assert isinstance(root, Table)
    assert [(key.text, key.span.line, key.span.column) for key, _ in root.entries] == [("a", 1, 1), ("b", 2, 1)]
    items = root.get("b")
    assert isinstance(items, List)
    inner = items.items[1]
    assert isinstance(inner, Table)
    value = inner.get("c")
    assert value == Scalar("y z", True, value.span if value else root.span)
    assert value is not None
    assert (value.span.line, value.span.column, value.span.end_column) == (4, 9, 14)


@pytest.mark.parametrize(
    "text", ["12:30", "010", "09", "1e3", "1.5E-3", "0x1F", "0b11", "1_000", ".inf", "2024-05-01", "="]
)
def test_a_plain_text_that_yaml_reads_as_something_else_is_refused_with_the_cure_to_quote_it(text: str) -> None:
    document = parse("f", f"key: {text}\n".encode())
    assert codes(document) == [("Y004", 1, 6)]
    assert document.diagnostics[0].cure.startswith(f'quote it: "{text}"')
    assert parse("f", f'key: "{text}"\n'.encode()).diagnostics == ()


@pytest.mark.parametrize("text", ["0", "7", "-3", "1.5", "35-68", "100 ms", "2.27 V/cell", "gx1.input3", "30 2 1 * *x"])
def test_plain_numbers_quantities_and_names_pass(text: str) -> None:
    assert parse("f", f"key: {text}\n".encode()).diagnostics == ()


def test_a_switch_word_as_a_key_is_refused() -> None:
    assert codes(parse("f", b"on: 1\nNo: 2\n")) == [("Y004", 1, 1), ("Y004", 2, 1)]


def test_a_duplicate_key_names_the_line_of_the_first() -> None:
    document = parse("f", b"a: 1\nb: 2\na: 3\n")
    assert codes(document) == [("Y003", 3, 1)]
    assert "first in line 1" in document.diagnostics[0].what


def test_aliases_anchors_tags_and_second_documents_are_refused() -> None:
    assert codes(parse("f", b"a: &x 1\nb: *x\n")) == [("Y005", 1, 4), ("Y005", 2, 4)]
    assert codes(parse("f", b"a: !!python/object:os.system 1\n")) == [("Y005", 1, 4)]
    assert codes(parse("f", b"a: 1\n---\nb: 2\n")) == [("Y005", 2, 1)]
    assert codes(parse("f", b"? [a]\n: 1\n")) == [("Y008", 1, 3)]


def test_an_alias_bomb_deep_nesting_and_endless_text_cost_less_than_a_second() -> None:
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(9)
    )
    texts = [bomb, b"[" * 500_000, b"{a: " * 200_000, b"- " * 400_000, b"x" * (MAX_BYTES + 1), b"- 1\n" * 120_000]
    started = time.perf_counter()
    for text in texts:
        document = parse("f", text)
        assert document.root is None
        assert document.diagnostics[-1].code in ("Y001", "Y002", "Y005")
    assert time.perf_counter() - started < 1.0 * len(texts)


@pytest.mark.parametrize(
    "content", [b"a: [1, 2", b"\ta: 1", b"a: 'x", b"a: b: c", b"a: \x00", b"%YAML 9.9\n---\na", b"\x80"]
)
def test_what_is_no_yaml_is_one_diagnostic_with_a_place(content: bytes) -> None:
    document = parse("f", content)
    assert [code for code, _, _ in codes(document)] == ["Y001"]


def test_bytes_that_are_not_utf8_are_named_with_their_place() -> None:
    assert codes(parse("f", b"a: 1\nb: \xff\n")) == [("Y001", 2, 4)]


def test_a_byte_order_mark_is_no_problem() -> None:
    assert parse("f", b"\xef\xbb\xbfa: 1\n").diagnostics == ()
