"""A test run as JUnit XML, as CI servers read it: a suite a file, a case a case.

Source of the form: the JUnit 10 schema of the Jenkins xUnit plug-in (testsuites, testsuite, testcase, failure, error);
``file`` and ``line`` of a case are those that GitLab and pytest's own readers know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from plc.trials import Trial, Tried

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_text(trials: Sequence[Trial]) -> str:
    """The whole document. Characters that XML 1.0 cannot hold, even escaped, appear as U+FFFD."""
    root = ElementTree.Element("testsuites", name="plc test")
    for trial in trials:
        root.append(_suite(trial))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{sum(case.took_s for trial in trials for case in trial.cases):.3f}")
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(trial: Trial) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=_clean(str(trial.file)))
    for case in trial.cases:
        suite.append(_case(trial, case))
    if trial.diagnostics:
        found = ElementTree.SubElement(suite, "testcase", name="compiles", classname=_clean(trial.file.stem), time="0")
        told = "\n".join(map(str, trial.diagnostics))
        ElementTree.SubElement(found, "error", message=_clean(str(trial.diagnostics[0]))).text = _clean(told)
    suite.set("tests", str(len(trial.cases) + bool(trial.diagnostics)))
    suite.set("failures", str(sum(bool(case.failures) for case in trial.cases)))
    suite.set("errors", str(int(bool(trial.diagnostics))))
    suite.set("time", f"{sum(case.took_s for case in trial.cases):.3f}")
    return suite


def _case(trial: Trial, case: Tried) -> ElementTree.Element:
    name = _clean(case.name) or f"line {case.line}"
    found = ElementTree.Element("testcase", name=name, classname=_clean(trial.file.name.partition(".")[0]))
    found.set("file", _clean(str(trial.file)))
    found.set("line", str(case.line))
    found.set("time", f"{case.took_s:.3f}")
    if case.failures:
        told = [_clean(f"{trial.file}:{failure.line}: {failure.text}") for failure in case.failures]
        ElementTree.SubElement(found, "failure", message=told[0]).text = "\n".join(told)
    return found


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)
