"""Build the documentation into build/docs: `python -m docs`. Exits 1 when a link leads nowhere."""

from __future__ import annotations

import html
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import pypandoc

from docs.reference import reference

HERE = Path(__file__).parent
ROOT = HERE.parent
#: Pages in the order of the menu, by part; those of the reference are made from the code.
MENU = {
    "Start": ("index", "tutorial", "sources", "annual-edition"),
    "En français": ("tutoriel", "guide", "edition-annuelle", "protection-des-donnees"),
    "Understand": ("methods", "architecture", "data-protection", "contributing"),
    "Reference": (
        "reference/questions",
        "reference/evaluation",
        "reference/instrument",
        "reference/checks",
        "reference/figures",
        "reference/documents",
        "reference/survey",
        "reference/commands",
    ),
}
#: Part that takes pages which the menu does not name.
REST = "Understand"
#: Pages that are read in French.
FRENCH = frozenset(MENU["En français"])
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
#: Titles in the menu of pages that are headed otherwise where they stand.
TITLES = {"guide": "Guide du projet", "contributing": "Contributing: where things go"}
_LINK = re.compile(r"\[([^\]]+)\]\((?!\w+:)[^)]*\)")
#: Widths that Pandoc gives to columns, of the text as it was typed.
_WIDTHS = re.compile(r"<colgroup>.*?</colgroup>", re.DOTALL)
_PAGE = re.compile(r'(href="[^"#:]*)\.md(?=["#])')


def pages() -> dict[str, str]:
    """Return name -> Markdown of every page."""
    written = {path.stem: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.md"))}
    brought = {
        # files of the repository are no pages: their names stay
        name: _LINK.sub(r"\1", (ROOT / file).read_text(encoding="utf-8"))
        for name, file in {"contributing": "CONTRIBUTING.md", "guide": "README.fr.md"}.items()
    }
    return {**written, **brought, **{f"reference/{n}": t for n, t in reference(ROOT).items()}}


def menu(names: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the menu with pages that it does not place yet at the end of a part."""
    placed = {name for part in MENU.values() for name in part}
    return {part: (*held, *(sorted(names - placed) if part == REST else ())) for part, held in MENU.items()}


def build(out: Path) -> list[str]:
    """Write every page as HTML into ``out``, emptied first, and return what is wrong with their links."""
    texts = pages()
    listed = {name for part in MENU.values() for name in part}
    faults = [f"{name}: in the menu, and not there" for name in sorted(listed - set(texts))]
    shutil.rmtree(out, ignore_errors=True)
    (out / "reference").mkdir(parents=True)
    shutil.copy(HERE / "page.css", out)
    shutil.copy(HERE / "report.png", out)
    titles = {
        name: found[1].replace("`", "") if (found := _TITLE.search(text)) else name for name, text in texts.items()
    }
    titles |= TITLES
    for name, text in texts.items():
        (out / f"{name}.html").write_text(_page(name, text, titles), encoding="utf-8")
    return faults + dead_links(out)


def _page(name: str, text: str, titles: dict[str, str]) -> str:
    up = "../" * name.count("/")
    # what a page says of code is code: no formulas, citations or raw markup are looked for
    body = pypandoc.convert_text(
        text, "html5", "markdown-tex_math_dollars-citations-raw_html-raw_tex+pipe_tables", extra_args=["--wrap=none"]
    )
    parts = []
    for part, held in menu(set(titles)).items():
        items = "".join(
            f'<li><a href="{up}{n}.html"{" aria-current=page" if n == name else ""}>{html.escape(titles[n])}</a></li>'
            for n in held
            if n in titles
        )
        parts.append(f"<h2>{html.escape(part)}</h2><ul>{items}</ul>")
    lang = "fr" if name in FRENCH else "en"
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{html.escape(titles[name])}</title><link rel="stylesheet" href="{up}page.css"></head>\n'
        f'<body><a class="skip" href="#main">{"Aller au contenu" if lang == "fr" else "Skip to content"}</a>'
        f'<nav aria-label="pages">{"".join(parts)}</nav>\n<main id="main">\n'
        + _PAGE.sub(r"\1.html", _WIDTHS.sub("", body))
        + "</main></body></html>\n"
    )


class _Links(HTMLParser):
    """The links of a page, and the places that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if place := held.get("id"):
            self.places.add(place)
        link = held.get("href") if tag in ("a", "link") else held.get("src")
        if link:
            self.links.append(link)


def dead_links(out: Path) -> list[str]:
    """Return the links between pages that lead to no file, or to no place of one; the web is not asked."""
    read: dict[Path, _Links] = {}
    for path in sorted(out.rglob("*.html")):
        read[path.resolve()] = parser = _Links()
        parser.feed(path.read_text(encoding="utf-8"))
    faults = []
    for path, parser in read.items():
        for link in (k for k in parser.links if not re.match(r"[a-z]+:", k)):
            target, _, place = link.partition("#")
            there = (path.parent / target).resolve() if target else path
            if not there.is_file() or (place and there in read and place not in read[there].places):
                faults.append(f"{path.relative_to(out.resolve())}: {link}")
    return faults


if __name__ == "__main__":
    folder = ROOT / "build" / "docs"
    wrong = build(folder)
    print(*wrong, folder / "index.html", sep="\n")
    sys.exit(bool(wrong))
