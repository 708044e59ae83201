"""Completion knows what a place wants, in texts that no parser reads."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from plc.lang.check.standard import FUNCTIONS
from plc.lang.check.standard_tests import BENCH
from plc.lang.meaning.complete import complete
from plc.lang.meaning.signature import signature
from plc.lang.meaning.standard_words import form
from plc.lang.meaning.study import Study
from plc.lang.meaning.suggestion import Suggestion
from plc.lang.source import Source, read_source
from tests.lang.editing import HERE, PLANT, cursor

ROOT = Path(__file__).parents[2]


def suggested(body: str) -> list[Suggestion]:
    known, place = cursor(body)
    return list(complete(known, HERE, place).items)


def labels(body: str) -> list[str]:
    return [each.label for each in suggested(body)]


def one(body: str, label: str) -> Suggestion:
    return next(each for each in suggested(body) if each.label == label)


@pytest.mark.parametrize(
    ("body", "first"),
    [
        ("IF Strings[1].|", ["Ambient", "Breaker", "Current"]),
        ("IF Strings[n].Smoke.|", ["Active", "Ok"]),
        ("level := pump.|", ["Flow"]),
        ("level := AT_LEAST(pump.|", ["Flow"]),
        ("state := |", ["IDLE", "Mode#OPEN", "RUNNING", "state"]),
        ("IF state = |", ["IDLE", "Mode#OPEN", "RUNNING", "state"]),
        ("state := Mode#|", ["IDLE", "OPEN", "RUNNING"]),
        ("state := Mode.|", ["IDLE", "OPEN", "RUNNING"]),
        ("CASE state OF\n|", ["IDLE", "Mode#OPEN", "RUNNING"]),
        ("CASE state OF\nIDLE:\n n := 1;\n|", ["IDLE", "Mode#OPEN", "RUNNING"]),
        ("calls(|", ["Amount :=", "Max :=", "Count =>"]),
        ("many[2](Max := 3, |", ["Amount :=", "Count =>"]),
        ("delay(IN := |", ["on"]),
        ("delay(IN := on AND |", ["on"]),
        ("WHILE |", ["on"]),
        ("level := |", ["level", "n"]),
        ("level := 2.0 * (level + |", ["level", "n"]),
        ("n := many[|", ["n"]),
        ("on := level > |", ["level", "n"]),
        ("Relays.|", ["fan", "lamp"]),
    ],
)
def test_what_fits_comes_first(body: str, first: list[str]) -> None:
    assert labels(body)[: len(first)] == first


@pytest.mark.parametrize(
    "before", ["x := ;", "IF (a THEN", "delay(IN := ", "FOR n := TO", ") ] } 'open", "12abc", "END_IF;"]
)
def test_an_error_before_the_place_does_not_matter(before: str) -> None:
    assert labels(f"{before}\nlevel := pump.|\nn := 1;") == ["Flow", "Mode"]


CHART = """FUNCTION_BLOCK c
VAR
    horn : BOOL;
END_VAR
INITIAL_STEP wait:
END_STEP
STEP run:
    horn(%s
END_STEP
TRANSITION FROM wait TO run := %s;
END_TRANSITION
TRANSITION FROM run TO wait := horn;
END_TRANSITION
END_FUNCTION_BLOCK
"""


def test_a_chart_offers_qualifiers_and_what_is_known_of_steps() -> None:
    known, place = cursor("", CHART % ("|", "horn"))
    assert {"N", "P0", "SL"} == {"N", "P0", "SL"} & {each.label for each in complete(known, HERE, place).items}
    known, place = cursor("", CHART % ("N);", "wait.|"))
    assert [each.label for each in complete(known, HERE, place).items] == ["T", "X"]


@pytest.mark.parametrize(
    "text",
    [
        "PROGRAM p\nVAR\n    own : TON;\nEND_VAR\nown.|",
        "PROGRAM p\nVAR\n    own : TON;\nEND_VAR\nIF own.Q THEN\n    own.|\n",
        "FUNCTION_BLOCK p\nVAR\n    own : TON;\nEND_VAR\nFOR n := 1 TO own.|",
    ],
)
def test_a_unit_without_its_end_knows_its_own_variables(text: str) -> None:
    known, place = cursor("", text)
    assert [each.label for each in complete(known, HERE, place).items] == ["ET", "IN", "PT", "Q"]


def test_a_test_knows_its_own_variables() -> None:
    text = "TEST 'it'\nVAR\n    own : TON;\nEND_VAR\nown(IN := TRUE, PT := T#1s);\nASSERT(own.|);\nEND_TEST\n"
    known, place = cursor("", text)
    assert [each.label for each in complete(known, HERE, place).items] == ["IN", "Q", "ET", "PT"]


METHODS = """TYPE Mode : (IDLE, RUNNING); Rec : STRUCT low : REAL; high : REAL; END_STRUCT; END_TYPE
FUNCTION_BLOCK MOTOR
VAR_OUTPUT
    on : BOOL;
END_VAR
VAR
    hidden : INT;
END_VAR
// Starts it.
METHOD PUBLIC start : BOOL
VAR_INPUT
    speed : REAL;  // rpm
    kind : Mode;
END_VAR
start := on;
END_METHOD
METHOD PRIVATE inside
hidden := 1;
END_METHOD
on := NOT on;
END_FUNCTION_BLOCK
PROGRAM main
VAR
    motor : MOTOR;
    both : Rec := (%s);
    level, height : REAL;
    go : BOOL;
    mode : Mode;
    n : INT;
END_VAR
%s
END_PROGRAM
TEST 'it'
VAR
    m : main;
    motor : MOTOR;
END_VAR
%s
END_TEST
"""


@pytest.mark.parametrize(
    ("written", "first"),
    [
        (("low := 1.0", "go := motor.start(|", ""), ["speed :=", "kind :="]),
        (("low := 1.0", "go := motor.start(speed := 1.0, |", ""), ["kind :=", "IDLE", "RUNNING"]),
        (("low := 1.0", "go := motor.start(kind := |", ""), ["IDLE", "RUNNING", "mode"]),
        (("low := 1.0", "go := motor.|", ""), ["on", "start()"]),
        (("low := 1.0", "level := MAX(LIMIT(0.0, |", ""), ["height", "level", "n"]),
        (("low := 1.0", "go := SEL(|", ""), ["go"]),
        (("low := 1.0", "CASE mode OF\nIDLE, |", ""), ["IDLE", "RUNNING"]),
        (("|", "", ""), ["low :=", "high :="]),
        (("low := 1.0, |", "", ""), ["high :="]),
        (("low := 1.0", "", "m.|"), ["both", "go", "height", "level", "mode", "motor", "n"]),
        (("low := 1.0", "", "|"), ["ADVANCE_TIME", "ASSERT", "ASSERT_EQUAL", "ASSERT_NEAR", "motor(...)", "m"]),
        (("low := 1.0", "", "ASSERT(m.|"), ["go", "motor"]),
        (("low := 1.0", "", "ASSERT(motor.|"), ["on", "start()", "hidden"]),
    ],
)
def test_methods_fields_and_tests_offer_what_they_take(written: tuple[str, str, str], first: list[str]) -> None:
    known, place = cursor("", METHODS % written)
    assert [each.label for each in complete(known, HERE, place).items][: len(first)] == first


@pytest.mark.parametrize(
    ("body", "inserted"),
    [
        ("motor.|", "start($0);"),
        ("go := motor.|", "start($0)"),
        ("IF motor.|", "start($0)"),
        ("n := (motor.|", "start($0)"),
    ],
)
def test_a_method_is_called_as_it_stands_there(body: str, inserted: str) -> None:
    known, place = cursor("", METHODS % ("low := 1.0", body, ""))
    found = complete(known, HERE, place).items
    assert [each.insert for each in found if each.label == "start()"] == [inserted]


def test_a_method_has_a_signature_with_its_comment() -> None:
    known, place = cursor("", METHODS % ("low := 1.0", "go := motor.start(speed := 1.0, kind := |", ""))
    found = signature(known, HERE, place)
    assert found is not None
    assert (found.label, found.active) == ("MOTOR.start(speed := REAL, kind := Mode) : BOOL", 1)
    assert (found.comment, found.arguments[0].detail) == ("Starts it.", "input REAL; rpm")


def test_what_the_library_is_made_of_is_not_offered() -> None:
    found = labels("n := |")
    assert not {name for name in found if name.startswith("TEXT_")}
    assert found.index("MAX") > found.index("n")


def test_every_standard_function_says_what_it_does() -> None:
    assert [name for name in (*FUNCTIONS, *BENCH) if not form(name)[1]] == []


def test_a_block_shows_its_inputs_and_outputs_and_not_its_inside() -> None:
    assert set(labels("n := calls.|")) == {"Amount", "Max", "Count"}


def test_a_name_comes_with_type_unit_comment_and_the_path_of_its_value() -> None:
    flow = one("level := pump.|", "Flow")
    assert (flow.detail, flow.comment, flow.path) == ("REAL  l/min", "through the valve", "pump.Flow")
    element = one("level := Strings[n + 1].Settings.|", "Capacity")
    assert element.path == "Strings[n+1].Settings.Capacity"


def test_a_statement_may_begin_with_a_variable_a_whole_call_or_a_frame() -> None:
    begun = {each.label: each for each in suggested("n := 1;\n|")}
    assert begun["calls(...)"].insert == "calls(Max := ${1:INT});"
    assert begun["many[](...)"].insert == "many[${1:i}](Max := ${2:INT});"
    assert begun["IF ..."].insert == "IF ${1:condition} THEN\n    $0\nEND_IF;"
    assert {"level", "Relays", "RETURN", "END_PROGRAM"} <= set(begun)
    assert not {"MAX", "TRUE", "END_IF", "THEN"} & set(begun)


def test_words_are_those_the_grammar_takes_there() -> None:
    assert {"THEN", "AND", "OR", "MOD"} <= set(labels("IF on |"))
    assert "DO" not in labels("IF on |")
    assert {"ELSE", "ELSIF", "END_IF"} <= set(labels("IF on THEN n := 1; |"))


def test_a_declaration_takes_types_blocks_and_own_types() -> None:
    text = "TYPE\nColor : (RED);\nEND_TYPE\nPROGRAM p\nVAR\n x : |\nEND_VAR\nEND_PROGRAM\n"
    known, place = cursor("", text)
    found = [each.label for each in complete(known, HERE, place).items]
    assert found[0] == "Color"
    assert {"INT", "TON", "ARRAY", "STRING", "Measurements"} <= set(found)
    assert not {"Strings", "MAX"} & set(found)


@pytest.mark.parametrize("body", ["// Strings[1].|", "(* pump.| *)", "n := 12|", "name := 'pump.|'"])
def test_comments_texts_and_numbers_get_nothing(body: str) -> None:
    assert labels(body) == []


def test_the_word_begun_is_told_and_everything_stays_on_offer() -> None:
    known, place = cursor("level := pump.Fl|")
    found = complete(known, HERE, place)
    assert (found.typed, [each.label for each in found.items]) == ("Fl", ["Flow", "Mode"])


@pytest.mark.parametrize(
    ("body", "active"),
    [
        ("calls(|", "Amount := INT"),
        ("calls(1, |", "Max := INT"),
        ("calls(Max := |", "Max := INT"),
        ("calls(Max := n + MAX(1, 2), Amount := |", "Amount := INT"),
        ("calls(Count => |", "Count => INT"),
        ("on := AT_LEAST(level, |", "y := REAL"),
        ("n := LIMIT(0, n|", "IN"),
        ("n := MAX(1, 2, 3, |", "..."),
        ("n := MAX(1, calls(|", "Amount := INT"),
    ],
)
def test_a_signature_shows_which_parameter_is_being_written(body: str, active: str) -> None:
    known, place = cursor(body)
    found = signature(known, HERE, place)
    assert found is not None
    assert found.active is not None
    assert found.arguments[found.active].label == active


def test_a_signature_tells_what_the_call_does_and_gives() -> None:
    known, place = cursor("on := AT_LEAST(|")
    found = signature(known, HERE, place)
    assert found is not None
    assert (found.label, found.comment) == (
        "AT_LEAST(x := REAL, y := REAL) : BOOL",
        "Whether x is at least\nas large as y.",
    )


@pytest.mark.parametrize("body", ["n := 1; |", "calls(Max := 1); |", "on := (level |"])
def test_outside_of_a_call_there_is_no_signature(body: str) -> None:
    known, place = cursor(body)
    assert signature(known, HERE, place) is None


@pytest.mark.parametrize("path", sorted(ROOT.glob("programs/*.st")), ids=lambda path: path.name)
def test_wherever_a_program_is_cut_off_completion_answers(path: Path) -> None:
    text = read_source(path).text
    chance = random.Random(path.name)
    for end in [chance.randrange(len(text)) for _ in range(25)]:
        cut = text[:end]
        known = Study([Source(HERE, cut)], PLANT)
        place = cut.count("\n") + 1, len(cut) - cut.rfind("\n")
        complete(known, HERE, place)
        signature(known, HERE, place)


@pytest.mark.parametrize(
    "text",
    [
        "\x00" * 100,
        "(" * 300_000,
        "IF " * 20_000,
        "a." * 50_000,
        "é" * 10_000,
        "x" * 10_000_000,
        "VAR x : " * 5_000,
        "\ud800",
    ],
    ids=range(8),
)
def test_hostile_texts_are_answered(text: str) -> None:
    known = Study([Source(HERE, text)], PLANT)
    for place in ((1, 1), (1, 5_000), (1, len(text) + 1), (99_999, 3)):
        complete(known, HERE, place)
        signature(known, HERE, place)
