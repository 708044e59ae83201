"""What a program could not write cannot be a name: the list knows every word of the language, library and plant."""

import re
from pathlib import Path

import pytest

from plc.lang.check.standard import FUNCTIONS
from plc.lang.compile import library
from plc.lang.parse import parse
from plc.lang.parse.lexer import LATER_WORDS
from plc.lang.parse.tables import tables
from plc.lang.source import Source
from plc.lang.types import ELEMENTARY
from plc.store.declarations import plant_text
from plc.store.reserved import RESERVED, problem_of_name
from plc.store.resolve import TEST_SITE
from plc.store.settings import SETTINGS
from plc.store.site_file import read_site
from plc.store.site_strings import LIMIT_NAMES

_WORD = re.compile(r"[A-Z][A-Z0-9_]*")
DOCUMENT = (Path(__file__).parents[2] / "docs" / "site.md").read_text()


def words_of_the_language() -> set[str]:
    words = {*tables().keywords, *LATER_WORDS, *FUNCTIONS, *ELEMENTARY}
    return {word for word in words if _WORD.fullmatch(word)}


def declared_by_the_library() -> set[str]:
    files = [unit.file for unit in library()]
    types = {declaration.name for file in files for declaration in file.types}
    return types | {pou.name for file in files for pou in file.pous}


def test_every_keyword_function_and_elementary_type_is_reserved() -> None:
    assert sorted(words_of_the_language() - set(RESERVED)) == []


def test_every_type_and_block_of_the_library_is_reserved() -> None:
    assert sorted({name.upper() for name in declared_by_the_library()} - set(RESERVED)) == []


def test_every_type_and_program_of_the_plant_is_reserved() -> None:
    site, _ = read_site(TEST_SITE)
    assert site is not None
    file = parse(Source("plant", plant_text(site))).file
    names = {declaration.name for declaration in file.types} | {pou.name for pou in file.pous}
    own = {f"{bus.name}Inputs".upper() for bus in site.buses}
    assert sorted({name.upper() for name in names} - own - set(RESERVED)) == []


@pytest.mark.parametrize("name", ["gx1", "room_a", "S2", "Q2_trip", "fan", "ghost", "ups", "A"])
def test_names_of_the_trade_are_free(name: str) -> None:
    assert problem_of_name(name, 32) == ""


@pytest.mark.parametrize("name", ["", "2a", "a__b", "_a", "a_", "a-b", "ä", "a b", "x" * 33, "for", "Trip", "real"])
def test_what_is_no_name_or_taken_is_refused(name: str) -> None:
    assert problem_of_name(name, 32)


@pytest.mark.parametrize("key", LIMIT_NAMES)
def test_every_limit_stands_in_the_document_with_its_name_in_programs(key: str) -> None:
    setting = "".join(part.capitalize() for part in key.split("_"))
    assert f"| `{key}` |" in DOCUMENT
    assert f"`{setting}`" in DOCUMENT
    assert setting in {known.name for known in SETTINGS}
