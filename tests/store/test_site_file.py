"""The site file: what it must say, and what each mistake is answered with."""

import time
from pathlib import Path

import pytest
import yaml

from plc.core.diagnostic import Diagnostic, Severity
from plc.core.plan import FailState
from plc.core.site import FieldName, Site
from plc.store.site_file import check_text, read_site

ROOT = Path(__file__).parents[2]
SITES = Path(__file__).parent / "sites"
UPS_ROOM = (ROOT / "examples" / "ups_room" / "site.yaml").read_text()


def errors(text: str) -> list[Diagnostic]:
    site, diagnostics = check_text("site.yaml", text.encode())
    found = [d for d in diagnostics if d.severity is Severity.ERROR]
    assert (site is None) == bool(found)
    return found


def read(name: str) -> tuple[Site | None, tuple[Diagnostic, ...]]:
    return check_text(name, (SITES / name).read_bytes())


@pytest.mark.parametrize("folder", ["examples/ups_room", "plc/store/testsite"])
def test_the_shipped_sites_have_nothing_to_be_said(folder: str) -> None:
    site, diagnostics = read_site(ROOT / folder)
    assert site is not None
    assert diagnostics == ()


def test_a_site_says_what_its_file_says() -> None:
    site, _ = read("good_scattered.yaml")
    assert site is not None
    long, bare = site.strings
    assert [unit for _, _, unit in long.places()] == [1, 2, 3, 7, 5, 4, 3, 2, 8]
    assert (long.block.float_v, long.block.capacity_ah, long.block.compensation_mv_k) == (2.23, 1200.0, -5.0)
    assert (long.limits.dt_k, long.limits.hot_after_ns, long.limits.current_factor) == (8.0, 10_000_000_000, 2.5)
    assert (long.smoke, long.armed, long.step_down) == (FieldName("gx", "input3"), True, True)
    assert (bare.current, bare.smoke, bare.breaker, bare.armed) == (None, None, "", False)
    assert site.relay("trip1").fail_state is FailState.HOLD
    assert site.relay("lamp").people == ("on",)
    assert (site.tasks[0].priority, site.tasks[1].priority, site.tasks[1].every_ns) == (0, 7, 60_000_000_000)
    assert (site.max_open_strings, site.max_open_per_hour, site.start_grace_ns) == (0, 2, 10_000_000_000)


def test_advice_names_strings_that_cannot_be_protected_fully() -> None:
    _, diagnostics = read("good_scattered.yaml")
    assert all(d.severity is Severity.ADVICE for d in diagnostics)
    said = " | ".join(d.what for d in diagnostics)
    assert "room cellar has no ambient sensor" in said
    assert "string bare has no breaker" in said
    assert "string bare has no smoke contact" in said
    assert "leg B of bare is not measurable" in said


def test_every_trap_of_yaml_is_reported_in_one_go() -> None:
    _, diagnostics = read("bad_traps.yaml")
    found = [(d.code, d.span.line) for d in diagnostics if d.code in ("Y003", "Y004", "Y005")]
    assert found == [
        ("Y004", 3), ("Y003", 6), ("Y004", 7), ("Y004", 8), ("Y004", 8), ("Y005", 10), ("Y004", 11), ("Y005", 12),
        ("Y004", 14), ("Y004", 14), ("Y004", 14),
    ]  # fmt: skip


MISTAKES = yaml.safe_load((SITES / "mistakes.yaml").read_text())


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["what"][:50])
def test_a_mistake_is_answered_with_its_place_and_cure(mistake: dict[str, str]) -> None:
    assert mistake["right"] in UPS_ROOM
    found = errors(UPS_ROOM.replace(mistake["right"], mistake["wrong"], 1))
    said = [d for d in found if d.code == mistake["code"] and mistake["what"] in d.what]
    assert len(said) == 1, found
    assert mistake["cure"] in said[0].cure
    assert said[0].span.line > 1


def test_all_problems_come_at_once_in_order_of_their_place() -> None:
    text = UPS_ROOM.replace("scan: 100 ms", "scan: 100").replace("trip: Q2_trip", "trip: Q9").replace("cs141", "cs1")
    found = errors(text)
    assert {d.code for d in found} >= {"Y009", "Y010", "Y013"}
    assert [d.span.line for d in found] == sorted(d.span.line for d in found)


def test_more_than_247_devices_on_a_serial_bus_are_refused_with_the_number_of_buses_needed() -> None:
    text = UPS_ROOM.replace("units: 103-136", "units: [103-136, 1-110]")
    found = [d for d in errors(text) if d.code == "Y016"]
    assert "bus battery has 254 devices, an RS-485 bus addresses at most 247" in found[0].what
    assert found[0].cure == "spread them over 2 buses"


def test_a_slow_bus_is_named_with_both_numbers() -> None:
    text = UPS_ROOM.replace("baud: 115200", "baud: 19200").replace("limits: {dt: 10 K}", "limits: {hot_after: 2 s}")
    found = [d for d in errors(text) if d.code == "Y022"]
    assert "2 samples in 2 s asked, bus battery gives one each 3.0 s" in found[0].what


def test_strings_that_one_event_opens_together_need_somebody_who_accepts_it() -> None:
    text = UPS_ROOM.replace("fail_state: hold}", "fail_state: energise}")
    found = [d for d in errors(text) if d.code == "Y029"]
    assert [d.what.split(":")[0] for d in found] == ["controller lost", "bus battery lost"]
    assert "4 strings open (S1, S2, S3, S4), at most 1" in found[0].what
    accepted = text.replace("scan: 100 ms", "scan: 100 ms\n  common_mode: {accepted_by: engineer, reason: test room}")
    assert errors(accepted) == []


def test_a_trip_coil_that_would_stay_energised_is_refused() -> None:
    text = UPS_ROOM.replace("Q2_trip: {device: gx1, relay: 2, pulse: 500 ms, ", "Q2_trip: {device: gx1, relay: 2, ")
    found = errors(text)
    assert [d.code for d in found] == ["Y019"]
    assert "Q2_trip opens Q2 when energised and has no pulse" in found[0].what


def test_a_trip_pulse_that_one_time_out_can_use_up_is_refused() -> None:
    text = UPS_ROOM.replace("Q2_trip: {device: gx1, relay: 2, pulse: 500 ms, ", "Q2_trip: {device: gx1, relay: 2, {}")
    found = errors(text.replace("{}", "pulse: 390 ms, "))
    assert [(d.code, d.cure) for d in found] == [("Y019", "write pulse: 400 ms or more")]
    assert errors(text.replace("{}", "pulse: 400 ms, ")) == []


def test_strings_behind_one_breaker_are_all_armed_or_none_is() -> None:
    text = UPS_ROOM.replace("breaker: Q3", "breaker: Q2").replace("protection: armed", "protection: alarm_only", 2)
    found = [d for d in errors(text) if d.code == "Y018"]
    assert [d.what for d in found] == ["S2 and S3 share breaker Q2, and only one of them is armed"]


def test_released_coils_open_their_breakers_when_the_supply_is_lost() -> None:
    text = UPS_ROOM.replace("opens_when: energised", "opens_when: released")
    assert [d.what.split(":")[0] for d in errors(text) if d.code == "Y029"] == ["supply of the relay units lost"]


def test_a_coarse_current_sensor_makes_leg_b_not_measurable_and_says_so() -> None:
    _, diagnostics = check_text("site.yaml", UPS_ROOM.replace("csh2, accuracy: 0.2 A", "csh2, accuracy: 2 A").encode())
    assert [(d.code, d.severity) for d in diagnostics] == [("Y028", Severity.ADVICE)]
    assert "its limit is 1 A, three times the sensor's accuracy is 6 A" in diagnostics[0].what


@pytest.mark.parametrize(
    "text", ["", "[]", "just text", "a: 1", "site:\nbuses:\ndevices:\nstrings:\ntasks:\n", "site: []"]
)
def test_a_file_that_is_no_site_gives_diagnostics_and_no_traceback(text: str) -> None:
    assert errors(text)


ODD = ["", "[]", "{}", "on", "-1", '"x"', "9" * 25, "[[1], {a: b}]", "\u0661 s", "gx1", "'\x07'"]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_value_anywhere_never_raises(odd: str) -> None:
    lines = UPS_ROOM.splitlines()
    for number in range(0, len(lines), 3):
        key = lines[number].partition(":")[0]
        check_text("site.yaml", "\n".join([*lines[:number], f"{key}: {odd}", *lines[number + 1 :]]).encode())
        check_text("site.yaml", "\n".join([*lines[:number], *lines[number + 1 :]]).encode())


def test_a_folder_without_a_site_file_is_one_sentence(tmp_path: Path) -> None:
    site, diagnostics = read_site(tmp_path)
    assert site is None
    assert [d.code for d in diagnostics] == ["Y001"]


def test_cutting_the_file_anywhere_never_raises() -> None:
    content = UPS_ROOM.encode()
    for end in range(0, len(content), 97):
        check_text("site.yaml", content[:end])


def test_510_modules_are_read_and_checked_well_within_a_second() -> None:
    blocks = "block: {chemistry: VRLA, cells: 6, capacity: 100 Ah, float: 2.27 V/cell}"
    strings = "\n".join(
        f"  S{n}: {{room: A, modules: {{type: C20, bus: b{n % 3}, units: {first}-{first + 33}}}, {blocks}}}"
        for n in range(15)
        for first in [1 + 34 * (n // 3)]
    )
    text = (
        "site: {name: Big, timezone: UTC, scan: 100 ms}\nrooms: {A: {}}\ndevices: {}\n"
        "buses: {b0: {driver: modbus_rtu, port: /dev/a}, b1: {driver: modbus_rtu, port: /dev/b},"
        " b2: {driver: modbus_rtu, port: /dev/c}}\n"
        f"strings:\n{strings}\ntasks: {{t: {{every: 1 s, programs: [care]}}}}\n"
    )
    started = time.perf_counter()
    site, diagnostics = check_text("big.yaml", text.encode())
    took_s = time.perf_counter() - started
    assert site is not None
    assert sum(string.count for string in site.strings) == 510
    assert any("plan a second supply" in d.cure for d in diagnostics)
    assert took_s < 0.5
