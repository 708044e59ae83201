"""Names lead to their declarations, their uses, and to new names."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.lang.compile import compile_set
from plc.lang.meaning.entity import Entity, Sort
from plc.lang.meaning.names import named, references, told
from plc.lang.meaning.occurrences import occurrences
from plc.lang.meaning.outline import Entry, outline
from plc.lang.meaning.rename import Refused, rename, written
from plc.lang.meaning.study import Study
from plc.lang.source import Source
from plc.store.gather import gather
from tests.lang.editing import HERE, PLANT, cursor, study, unknown

ROOT = Path(__file__).parents[2]
MAIN = """VAR_GLOBAL
    Total : INT;  // of all rooms
END_VAR
TYPE
    Color : (RED, GREEN);
END_TYPE
PROGRAM main
VAR
    total2, n : INT;
    lamp : Color;
    inner : COUNTS;
END_VAR
inner(Add := n, Sum => Total);
IF lamp = RED OR lamp = Color#GREEN THEN
    n := TWICE(n) + inner.Sum;
END_IF;
END_PROGRAM
"""
OTHER = """FUNCTION TWICE : INT
VAR_INPUT
    n : INT;
END_VAR
TWICE := n * 2;
END_FUNCTION

FUNCTION_BLOCK COUNTS
VAR_INPUT
    Add : INT;
END_VAR
VAR_OUTPUT
    Sum : INT;
END_VAR
Sum := Sum + Add;
Total := Sum;
END_FUNCTION_BLOCK
"""
AT_LEAST = "Whether x is at least\nas large as y."
TO_INT = "the value as INT, of one that is REAL"


def two() -> Study:
    return study(MAIN, OTHER)


def entity(known: Study, owner: str, name: str) -> Entity:
    return known.entities[owner, name]


def renamed(owner: str, name: str, new: str) -> tuple[str, str]:
    known = two()
    found = rename(known, entity(known, owner, name), new)
    return written(MAIN, found.places.get(HERE, ()), new), written(OTHER, found.places.get("1.st", ()), new)


def test_every_name_of_every_shipped_program_is_understood() -> None:
    gathered = gather([ROOT / "programs", ROOT / "examples" / "ups_room" / "programs"])
    known = Study(gathered.sources, gathered.plant)
    missing = {unit.source.path: unknown(known, unit.source.path) for unit in known.units}
    assert {path: names for path, names in missing.items() if names} == {}


def test_what_follows_a_structure_without_a_semicolon_is_a_declaration_of_its_own() -> None:
    text = "TYPE\n A : STRUCT\n  a : INT;\n END_STRUCT\n B : STRUCT\n  b : INT;\n  c : A;\n END_STRUCT\nEND_TYPE\n"
    known = study(text)
    found = [(str(span), entity.name) for span, entity in occurrences(known, known.text(HERE))]
    lines = [(2, 2, "A"), (3, 3, "a"), (5, 2, "B"), (6, 3, "b"), (7, 3, "c"), (7, 7, "A")]
    assert found == [(f"{HERE}:{line}:{column}", name) for line, column, name in lines]


def test_the_first_value_of_a_structure_names_its_fields() -> None:
    text = "TYPE\n A : STRUCT\n  a : INT;\n  b : INT;\n END_STRUCT := (a := 1, b := 2);\nEND_TYPE\n"
    known = study(text)
    found = [(span.line, span.column, entity.name) for span, entity in occurrences(known, known.text(HERE))]
    assert found[3:] == [(5, 17, "a"), (5, 25, "b")]


@pytest.mark.parametrize(
    ("body", "code", "role", "comment", "path"),
    [
        ("le|vel := 1.0;", "level : REAL", "VAR of main", "m", "level"),
        ("level := pump.|Flow;", "Flow : REAL  l/min", "field of Pump", "through the valve", "pump.Flow"),
        ("n := many[n + 1].Count|;", "Count : INT", "VAR_OUTPUT of CALLS", "so far", "many[n+1].Count"),
        ("calls(Amount| := 1);", "Amount : INT", "VAR_INPUT of CALLS", "how much a call counts", "Amount"),
        ("on := |AT_LEAST(level, 1.0);", "FUNCTION AT_LEAST : BOOL", "FUNCTION", AT_LEAST, ""),
        ("state := RUN|NING;", "Mode#RUNNING", "enumerator", "what the pump does", ""),
        ("state := Mode#OP|EN;", "Mode#OPEN", "enumerator", "what the pump does", ""),
        ("state := Mo|de#OPEN;", "Mode : (IDLE, RUNNING, OPEN)", "type", "what the pump does", ""),
        ("Relays.f|an := on;", "fan : BOOL", "field of SiteRelays of the plant", "", "Relays.fan"),
        ("n := LIM|IT(0, n, 1);", "LIMIT(MN, IN, MX)", "standard function", "IN, but not below MN nor above MX", ""),
        ("n := REAL_TO|_INT(level);", "REAL_TO_INT(IN)", "standard function", TO_INT, ""),
    ],
)  # fmt: skip
def test_a_name_tells_its_declaration(body: str, code: str, role: str, comment: str, path: str) -> None:
    known, place = cursor(body)
    found = told(known, HERE, place)
    assert found is not None
    assert (found.code, found.role, found.comment, found.path) == (code, role, comment, path)


@pytest.mark.parametrize(
    "body", ["n := 1; // le|vel", "n := 1|2;", "n |:= 12;", "nobody| := 1;", "IF| on THEN END_IF;"]
)
def test_what_is_no_declared_name_tells_nothing(body: str) -> None:
    known, place = cursor(body)
    assert told(known, HERE, place) is None


def test_a_name_leads_to_its_declaration_in_another_file() -> None:
    known = two()
    found = named(known, HERE, (15, 12))
    assert found is not None
    assert str(found[1].span) == "1.st:1:10"


@pytest.mark.parametrize(
    ("owner", "name", "places"),
    [
        ("", "TOTAL", ["here.st:2:5", "here.st:13:24", "1.st:16:1"]),
        ("MAIN", "N", ["here.st:9:13", "here.st:13:14", "here.st:15:5", "here.st:15:16"]),
        ("TWICE", "N", ["1.st:3:5", "1.st:5:10"]),
        ("", "TWICE", ["here.st:15:10", "1.st:1:10", "1.st:5:1"]),
        ("COUNTS", "SUM", ["here.st:13:17", "here.st:15:27", "1.st:13:5", "1.st:15:1", "1.st:15:8", "1.st:16:10"]),
        ("COLOR", "GREEN", ["here.st:5:19", "here.st:14:31"]),
        ("", "COLOR", ["here.st:5:5", "here.st:10:12", "here.st:14:25"]),
    ],
)
def test_every_use_of_a_name_is_found_in_all_files(owner: str, name: str, places: list[str]) -> None:
    known = two()
    assert list(map(str, references(known, entity(known, owner, name)))) == places


@pytest.mark.parametrize(
    ("owner", "name"),
    [("", "TOTAL"), ("MAIN", "N"), ("TWICE", "N"), ("", "TWICE"), ("COUNTS", "SUM"), ("COLOR", "GREEN"), ("", "COLOR"),
     ("", "MAIN"), ("", "COUNTS"), ("COUNTS", "ADD"), ("MAIN", "INNER")],
)  # fmt: skip
def test_a_renamed_set_compiles_to_the_same_machine(owner: str, name: str) -> None:
    before = compile_set([Source(HERE, MAIN), Source("1.st", OTHER)], PLANT)
    main, other = renamed(owner, name, "fresh_name")
    after = compile_set([Source(HERE, main), Source("1.st", other)], PLANT)
    assert (before.errors, after.errors) == ((), ())
    assert "fresh_name" in main + other
    assert [p.area.size for p in after.programs.values()] == [p.area.size for p in before.programs.values()]


def test_a_name_may_change_its_spelling_alone() -> None:
    assert "inner(Add := N, Sum => Total);" in renamed("MAIN", "N", "N")[0]


@pytest.mark.parametrize(
    ("owner", "name", "new", "reason"),
    [
        ("MAIN", "N", "lamp", "lamp is declared already, in here.st line 10"),
        ("MAIN", "N", "IF", "IF is a word of the language"),
        ("MAIN", "N", "real", "real is a word of the language"),
        ("MAIN", "N", "2n", "'2n' is no name"),
        ("MAIN", "N", "a b", "'a b' is no name"),
        ("MAIN", "N", "Total", "Total would mean something else in here.st line 13"),
        ("", "TOTAL", "n", "n would mean something else in here.st line 13"),
        ("", "TOTAL", "Sum", "Sum is a word of the language"),
        ("MAIN", "LAMP", "RED", "RED would mean something else in here.st line 14"),
        ("", "STRINGS", "x", "Strings is a tag of the plant"),
        ("", "TON", "x", "TON belongs to the library"),
        ("TON", "Q", "x", "Q belongs to the library"),
    ],
)
def test_a_name_that_would_break_something_is_refused_with_the_reason(
    owner: str, name: str, new: str, reason: str
) -> None:
    known = two()
    with pytest.raises(Refused, match=reason):
        rename(known, entity(known, owner, name), new)


def test_a_type_named_by_a_conversion_stays() -> None:
    known = study(MAIN.replace("TWICE(n)", "COLOR_TO_INT(lamp)"), OTHER)
    with pytest.raises(Refused, match=r"COLOR_TO_INT in here\.st line 15 names it too"):
        rename(known, entity(known, "", "COLOR"), "Paint")


def test_what_the_site_names_stays() -> None:
    known = two()
    with pytest.raises(Refused, match="the site file"):
        rename(known, entity(known, "", "MAIN"), "x", {"MAIN": "the site file starts main; rename it there first"})


def test_an_enumerator_of_two_types_is_the_one_the_checker_takes() -> None:
    text = """TYPE
    A : (ON, OFF);
    B : (OFF, ON);
END_TYPE
PROGRAM main
VAR
    a1 : A;
    b1 : B;
END_VAR
a1 := ON;
b1 := SEL(a1 = OFF, ON, OFF);
END_PROGRAM
"""
    known = study(text)
    owners = [each.owner for _, each in occurrences(known, known.text(HERE)) if each.sort is Sort.ENUMERATOR]
    assert owners == ["A", "A", "B", "B", "A", "A", "B", "B"]


def names(entries: tuple[Entry, ...]) -> list[object]:
    return [entry.name if not entry.parts else (entry.name, names(entry.parts)) for entry in entries]


def test_the_outline_lists_what_a_text_declares() -> None:
    known = two()
    assert names(outline(known, "1.st")) == [("TWICE", ["n"]), ("COUNTS", ["Add", "Sum"])]
    assert names(outline(known, HERE)) == [
        "Total", ("Color", ["RED", "GREEN"]), ("main", ["total2", "n", "lamp", "inner"]),
    ]  # fmt: skip
