"""What is committed under web/static: whole, and at home. That the sources give it is scripts/same_page's to show."""

from __future__ import annotations

from pathlib import Path

from web.words import page

WEB = Path(__file__).parents[2] / "web"
STATIC = WEB / "static"
PAGES = ("overview", "trips", "alarms", "programs", "schedule", "ups_test", "bus")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_page_has_its_script() -> None:
    assert {f"{page}.js" for page in PAGES} <= {path.name for path in STATIC.glob("*.js")}


def test_nothing_committed_reaches_into_the_internet() -> None:
    inert = ("http://www.w3.org", "https://www.w3.org", "http://127.0.0.1")
    for name, text in contents(STATIC).items():
        found = text.decode()
        for address in inert:
            found = found.replace(address, "")
        assert "url(http" not in found, name
        assert "import(`http" not in found and 'from"http' not in found, name


def test_the_editor_colours_the_words_of_the_grammar() -> None:
    committed = (WEB / "frontend" / "src" / "programs" / "words.json").read_text("utf-8")
    assert committed == page(), "python -m web.words > web/frontend/src/programs/words.json"
