"""plant.yaml: what is read, and every mistake with its line and its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.truth import At, Terminal, Truth, TruthError, addresses, read_truth


def problems(site: Path, old: str, new: str) -> list[str]:
    """What read_truth says when `old` of the small room's plant.yaml becomes `new`."""
    path = site / "plant.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TruthError) as caught:
        read_truth(path)
    return str(caught.value).replace(str(path), "plant.yaml").splitlines()


def test_the_small_room_is_read_with_its_units_converted(truth: Truth) -> None:
    assert truth.breakers["Q2"].trip == Terminal("gx1", "relay", 2)
    assert truth.breakers["Q2"].least_pulse_s == 0.05
    assert truth.ups is not None
    assert (truth.ups.load_w, truth.ups.test_s) == (2000, 600)
    assert truth.scenarios["dry_out"].warm_s == 1800
    assert truth.rooms["A"].humidity == 45


def test_the_shipped_room_has_its_devices_where_the_site_expects_them(example: Truth) -> None:
    found = dict(addresses(example))
    assert len(found) == 4 * 34 + 4 + 1 + 3 + 2
    assert found[At("battery", 1)] == "S1 module 1"
    assert found[At("battery", 136)] == "S4 module 34"
    assert found[At("battery", 203)] == "the current sensor of S3"
    assert example.boards == {f"gx{i}": At("battery", 240 + i) for i in (1, 2, 3)}
    assert example.breakers["Q4"].opened == Terminal("gx2", "input", 3)
    assert example.strings["S3"].smoke == Terminal("gx3", "input", 3)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("charger: {float", "charger: {flaot", "charger has no key 'flaot'; did you mean 'float'?"),
        ("float: 2.27 V/cell", "float: 2.27 V", "float is '2.27 V'; write a cell voltage in V/cell"),
        ("float: 2.27 V/cell", "float: 227 V/cell", "float is 227; write a cell voltage from 0.5 to 5"),
        ("module: C20", "module: C21", "module is 'C21'; did you mean 'C41'?"),
        ("per_string: 4", "per_string: four", "per_string is 'four'; write a whole number from 1 to 240"),
        ("per_string: 4", "per_string: 010", "per_string is '010'; write a whole number"),
        ("units: 5-8", "units: 5-9", "5 units, but blocks.per_string is 4; give each block one unit"),
        ("units: 5-8", "units: five", "units is 'five'; write FIRST-LAST within 1-247"),
        ("units: 5-8", "units: 4-7", "unit 4 on battery is both S1 module 4 and S2 module 1"),
        ("unit: 202", "unit: 201", "unit 201 on battery is both the current sensor of S1 and the current sensor of S2"),
        ("trip: gx1.relay2", "trip: gx1.relay1", "gx1.relay1 is already wired to breakers Q1; one wire a terminal"),
        (
            "trip: gx1.relay2",
            "trip: gx1.relay5",
            "write BOARD.relay1 to BOARD.relay4 with a board of gx_r_aux (gx1, gx2)",
        ),
        ("trip: gx1.relay2", "trip: gx9.relay2", "trip is 'gx9.relay2'"),
        ("breaker: Q2", "breaker: Q1", "breaker Q1 carries two strings; give each string its own"),
        ("breaker: Q2", "breaker: Q7", "breaker is 'Q7'; write one of Q1, Q2"),
        ("{room: A, bus: battery, units: 5-8", "{room: B, bus: battery, units: 5-8", "room is 'B'; write one of A"),
        ("line: tcp", "line: usb", "line is 'usb'; write one of serial, tcp"),
        (
            "ghost: {bus: lan, unit: 2}",
            "ghost: {bus: lan, unit: 300}",
            "unit is '300'; write a whole number from 1 to 247",
        ),
        ("ghost: {bus: lan, unit: 2}", "ghost: 2", "ghost is not a mapping; write `key: value` pairs under it"),
        (
            "gx_r_aux: {gx1",
            "gx_r_aux: {gx2: {bus: battery, unit: 240}, gx1",
            "'gx2' stands twice in gx_r_aux; keep one",
        ),
        ("after: 0 s, ambient: 40 degC", "after: 0 s, ambient: 40", "ambient is '40'; write a temperature in degC"),
        ("after: 0 s, charger", "after: soon, charger", "after is 'soon'; write a time in ms or s or min or h"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_cure(site: Path, old: str, new: str, wanted: str) -> None:
    told = problems(site, old, new)
    assert any(wanted in line for line in told), told
    assert all(line.startswith("plant.yaml") for line in told)


def test_all_problems_are_told_at_once_with_their_lines(site: Path) -> None:
    told = problems(site, "blocks: {module: C20", "blokcs: {}\nblocks: {module: C99")
    assert any(line.startswith("plant.yaml:3:") and "'blokcs'; did you mean 'blocks'?" in line for line in told)
    assert any(line.startswith("plant.yaml:4:") and "C99" in line for line in told)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "is empty; docs/devices/plant.md shows"),
        ("strings: [", "not YAML"),
        ("- a\n- b\n", "is not a mapping"),
        ("a: 1\n", "there is no bus; write `buses:"),
        ("!!python/object:os.system {}\n", "there is no bus"),
        ("a: &a [*a]\n", "there is no bus"),
    ],
)
def test_hostile_text_is_an_error_with_a_cure(tmp_path: Path, text: str, wanted: str) -> None:
    path = tmp_path / "plant.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TruthError) as caught:
        read_truth(path)
    assert wanted in str(caught.value)


def test_a_site_without_plant_yaml_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(TruthError, match="a simulated site has a plant"):
        read_truth(tmp_path / "plant.yaml")


def test_more_than_510_modules_are_refused(tmp_path: Path) -> None:
    strings = [f"  X{i}: {{room: A, bus: b{i}, units: 1-200, breaker: Q{i}}}" for i in range(3)]
    breakers = [f"  Q{i}: {{trip: g{i}.relay1, opened: g{i}.input1, closed: g{i}.input2}}" for i in range(3)]
    boards = [f"  g{i}: {{bus: b{i}, unit: 241}}" for i in range(3)]
    text = ["buses: {b0: {line: serial}, b1: {line: serial}, b2: {line: serial}}"]
    text += ["blocks: {module: C40, kind: vrla_2v_1000ah, per_string: 200}", "rooms: {A: {ambient: 20 degC}}"]
    text += ["charger: {float: 2.25 V/cell, limit: 200 A}", "gx_r_aux:", *boards, "breakers:", *breakers]
    path = tmp_path / "plant.yaml"
    path.write_text("\n".join([*text, "strings:", *strings, ""]), encoding="utf-8")
    with pytest.raises(TruthError, match="3 strings and 600 modules; at most 16 and 510"):
        read_truth(path)
