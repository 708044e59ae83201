"""JUnit XML: read back by a parser of another hand, whatever the names hold."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from plc.core.diagnostic import Diagnostic, Span
from plc.junit import junit_text
from plc.trials import Failed, Trial, Tried

HOSTILE = 'a <case> & "quotes" ]]> \x00\x1b \ud800 \uffff é 電'


def read(*trials: Trial) -> ElementTree.Element:
    return ElementTree.fromstring(junit_text(trials).encode("utf-8"))


def test_a_case_that_holds_and_one_that_fails() -> None:
    held = Tried("rises", 3, (), 0.25)
    failed = Tried("falls", 9, (Failed(10, "?Q wanted TRUE, got FALSE"), Failed(11, "again")), 0.5)
    root = read(Trial(Path("programs/fan.test.csv"), (held, failed)))
    [suite] = root
    assert root.tag == "testsuites"
    assert dict(root.attrib) == {"name": "plc test", "tests": "2", "failures": "1", "errors": "0", "time": "0.750"}
    assert dict(suite.attrib) == {
        "name": "programs/fan.test.csv",
        "tests": "2",
        "failures": "1",
        "errors": "0",
        "time": "0.750",
    }
    assert [dict(case.attrib) for case in suite] == [
        {"name": "rises", "classname": "fan", "file": "programs/fan.test.csv", "line": "3", "time": "0.250"},
        {"name": "falls", "classname": "fan", "file": "programs/fan.test.csv", "line": "9", "time": "0.500"},
    ]
    [failure] = suite[1]
    assert failure.tag == "failure"
    assert failure.get("message") == "programs/fan.test.csv:10: ?Q wanted TRUE, got FALSE"
    assert (failure.text or "").splitlines()[1] == "programs/fan.test.csv:11: again"


def test_hostile_names_and_texts_stay_one_valid_document() -> None:
    case = Tried(HOSTILE, 1, (Failed(2, HOSTILE),), 0.0)
    [suite] = read(Trial(Path(f"{HOSTILE.replace(chr(0), '')}.test.csv"), (case,)))
    shown = 'a <case> & "quotes" ]]> \ufffd\ufffd \ufffd \ufffd é 電'
    assert suite[0].get("name") == shown
    assert shown in (suite[0][0].text or "")


def test_a_file_that_does_not_compile_is_an_error() -> None:
    problem = Diagnostic("S001", Span("fan.st", 4, 2, 4, 3), "there is no a here", "declare it")
    root = read(Trial(Path("fan.test.csv"), (), (problem,)))
    assert (root.get("tests"), root.get("errors")) == ("1", "1")
    error = root.find("testsuite/testcase/error")
    assert error is not None
    assert error.get("message") == "fan.st:4:2: error S001: there is no a here; declare it"


def test_a_case_without_a_name_is_called_by_its_line() -> None:
    assert read(Trial(Path("fan.test.csv"), (Tried("", 7, (), 0.0),)))[0][0].get("name") == "line 7"
