"""Which site and which programs a command line means."""

from pathlib import Path

import pytest

from plc.store.resolve import TEST_SITE, find_site, shipped_program, site_programs


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    (folder / "programs" / "deeper").mkdir(parents=True)
    (folder / "site.yaml").write_text("site: {}\n")
    return folder


def test_a_site_among_the_paths_wins_over_a_nearer_one(site: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "site.yaml").write_text("site: {}\n")
    program = site / "programs" / "x.st"
    assert find_site([program, other]) == other
    assert find_site([program, other / "site.yaml"]) == other


def test_else_the_nearest_site_upward_is_taken_and_else_the_test_site(site: Path, tmp_path: Path) -> None:
    assert find_site([site / "programs" / "deeper" / "x.st"]) == site
    assert find_site([tmp_path / "alone.st"]) == TEST_SITE
    assert find_site([]) == TEST_SITE


def test_a_program_of_the_site_wins_over_a_shipped_one_of_its_name(site: Path) -> None:
    (site / "programs" / "mine.st").write_text("PROGRAM Hot_Module END_PROGRAM")
    found = site_programs(site, ["hot_module", "equalization"])
    names = [Path(source.path).name for source in found.sources]
    assert found.diagnostics == ()
    assert "mine.st" in names
    assert "hot_module.st" not in names
    assert "equalization.st" in names


def test_shipped_programs_that_no_task_runs_stay_out_and_shipped_blocks_come_along(site: Path) -> None:
    names = [Path(source.path).name for source in site_programs(site, ["thermal_runaway"]).sources]
    assert "ups_test.st" not in names
    assert "reference_temperature.st" in names


def test_a_block_of_the_site_replaces_the_shipped_file_of_its_name(site: Path) -> None:
    (site / "programs" / "modules_over.st").write_text("FUNCTION_BLOCK MODULES_OVER END_FUNCTION_BLOCK")
    paths = [
        source.path for source in site_programs(site, ["thermal_runaway"]).sources if "modules_over" in source.path
    ]
    assert paths == [str(site / "programs" / "modules_over.st")]


def test_a_program_nobody_declares_is_named_with_its_cure(site: Path) -> None:
    found = site_programs(site, ["nowhere"])
    assert [d.code for d in found.diagnostics] == ["Y030"]
    assert "no file declares PROGRAM nowhere" in found.diagnostics[0].what
    assert shipped_program("nowhere") is None
