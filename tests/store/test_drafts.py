"""What somebody typed is never lost and never overwritten unseen."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from plc.store.drafts import TEXT_MOST, DraftConflict, DraftError, Drafts

TEXT = "PROGRAM lamp\nEND_PROGRAM\n"


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "drafts")


def test_a_saved_draft_is_there_for_the_next_process(tmp_path: Path, drafts: Drafts) -> None:
    saved = drafts.save("lamp", TEXT, 0, "", "Ada")
    again = Drafts(tmp_path / "drafts")
    assert again.get("lamp") == saved
    assert again.all() == (saved,)


def test_a_second_tab_that_saw_an_older_version_overwrites_nothing(drafts: Drafts) -> None:
    first = drafts.save("lamp", TEXT, 0, "", "Ada")
    second = drafts.save("lamp", TEXT + "// Ada\n", first.version, "", "Ada")
    with pytest.raises(DraftConflict, match="saved by Ada meanwhile") as refused:
        drafts.save("lamp", TEXT + "// Bob\n", first.version, "", "Bob")
    assert refused.value.standing == second
    assert drafts.get("lamp") == second


def test_the_same_text_sent_twice_is_no_conflict(drafts: Drafts) -> None:
    first = drafts.save("lamp", TEXT, 0, "", "Ada")
    assert drafts.save("lamp", TEXT, 0, "", "Ada") == first


def test_a_draft_given_up_is_not_revived_by_an_older_tab(drafts: Drafts) -> None:
    first = drafts.save("lamp", TEXT, 0, "", "Ada")
    drafts.give_up("lamp", first.version)
    assert drafts.get("lamp") is None
    with pytest.raises(DraftConflict, match="given up meanwhile"):
        drafts.save("lamp", TEXT + "// more\n", first.version, "", "Bob")
    fresh = drafts.save("lamp", TEXT, 0, "", "Ada")
    with pytest.raises(DraftConflict, match="saved by Ada meanwhile"):
        drafts.save("lamp", TEXT + "// more\n", first.version, "", "Bob")
    assert drafts.get("lamp") == fresh


def test_a_version_is_a_number_a_page_counts_exactly(drafts: Drafts) -> None:
    begun = [drafts.save(f"lamp{count}", TEXT, 0, "", "Ada").version for count in range(50)]
    assert len(set(begun)) == 50
    assert 0 < min(begun) <= max(begun) < 2**53 - 2**32
    more = drafts.save("lamp0", TEXT + "// more\n", begun[0], "", "Ada")
    assert more.version == begun[0] + 1


def test_a_draft_is_not_given_up_over_newer_text(drafts: Drafts) -> None:
    first = drafts.save("lamp", TEXT, 0, "", "Ada")
    drafts.save("lamp", TEXT + "// more\n", first.version, "", "Bob")
    with pytest.raises(DraftConflict):
        drafts.give_up("lamp", first.version)
    assert drafts.get("lamp") is not None


@pytest.mark.parametrize("name", ["", "../armed", "a/b", "lamp.st", "9lives", "x" * 65, "é"])
def test_a_name_that_is_no_program_is_refused(drafts: Drafts, name: str) -> None:
    with pytest.raises(DraftError, match="cannot be a program's name"):
        drafts.save(name, TEXT, 0, "", "Ada")


def test_names_do_not_differ_by_case(drafts: Drafts) -> None:
    drafts.save("lamp", TEXT, 0, "", "Ada")
    with pytest.raises(DraftError, match="do not differ by case"):
        drafts.save("Lamp", TEXT + "//\n", 0, "", "Ada")


@pytest.mark.parametrize(
    ("text", "said"),
    [("x" * (TEXT_MOST + 1), "larger than 256 KiB"), ("a\x00b", "zero byte"), ("a\ud800b", "half a character")],
)
def test_a_text_that_cannot_be_a_file_is_refused_with_its_cure(drafts: Drafts, text: str, said: str) -> None:
    with pytest.raises(DraftError, match=said):
        drafts.save("lamp", text, 0, "", "Ada")
    assert drafts.all() == ()


def test_a_damaged_file_reads_as_no_draft(tmp_path: Path, drafts: Drafts) -> None:
    drafts.save("lamp", TEXT, 0, "", "Ada")
    (tmp_path / "drafts" / "lamp.json").write_bytes(b'{"name": "la')
    assert drafts.get("lamp") is None


SAVES_FOR_EVER = """
import sys
from pathlib import Path
from plc.store.drafts import Drafts
drafts, version, number = Drafts(Path(sys.argv[1])), 0, 0
while True:
    number += 1
    version = drafts.save("lamp", f"// {number}\\n" * 2000, version, "", "Ada").version
    print(number, flush=True)
"""


def test_a_process_killed_while_it_saves_leaves_the_last_whole_text(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", SAVES_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(20):
        told = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    told = max([told, *(int(line) for line in process.communicate()[0].splitlines() if line.strip())])
    draft = Drafts(tmp_path).get("lamp")
    assert draft is not None
    lines = set(draft.text.splitlines())
    assert len(lines) == 1
    assert int(lines.pop().removeprefix("// ")) >= told
