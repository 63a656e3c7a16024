"""Plain words on their way through Pandoc: a passage of them passes as one sign, and is written where that is.

Pandoc reads every word by itself, every filter walks over it, and what a page says of it is the word. A passage holds
letters, figures and marks that mean nothing to Markdown, HTML and Typst: what is left to Pandoc is what has a form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.publish.render.spans import PASSAGE, PASSAGES_MOST, SIGNS, Folded, kept_wide, outside_code

_LETTER = r"[^\W\d_]"
#: What a word is made of: letters, figures, signs of spans, and marks that stand in pages as they are.
_MARKS = (
    rf"[^\W_]|[\u00a0\u202f!%()+,:=?«»–—−…€°·×{SIGNS}]",
    rf"(?<={_LETTER})['’](?={_LETTER})",
    # neither a dash nor an ellipsis to be, nor what Typst would take for a comment
    r"(?<!-)-(?!-)|(?<!/)/(?!/)",
    # after few letters a full stop may end one of the abbreviations that Pandoc keeps together with what follows
    rf"(?:(?<={_LETTER * 5})|(?<=\d)|(?<=[^\w. ]))\.(?!\.)",
    # where it opens a word Typst writes it otherwise
    r"(?<=[^ ]);",
)
#: Longer ones may break on paper (theme/literal.lua).
_LONGEST = 40
_END = r"(?=[ \[\]*|]|$)"
WORD = rf"(?:{'|'.join(_MARKS)}){{1,{_LONGEST}}}{_END}"
#: It begins with letters alone, as no mark of a list does.
_FIRST = rf"(?=[^ ]{{1,{_LONGEST}}}(?: |$)){_LETTER}+(?:['’]{_LETTER}+)*,?"
#: Attributes and targets of links are none.
_FOLDED = re.compile(
    r"\{[^}]*\}|\]\([^)]*\)"
    rf"|(?<![^ \[(|{SIGNS}])(?P<passage>{_FIRST}(?: {WORD})+)"
)
#: Words by themselves, or the name of a file.
_PLAIN = re.compile(rf"{_FIRST}(?: {WORD})*|(?=.{{1,{_LONGEST}}}$)(?:\.\./)*[^\W_]+(?:[./#-][^\W_]+)*")
_APOSTROPHE = re.compile(rf"(?<={_LETTER})'(?={_LETTER})")
#: Divisions and code; headings, wherever they stand, which are named by their words.
_OTHER = re.compile(r":::|    |\t|(?:.*\s)?#+(?:\s|$)")
#: Brackets that may name what stands elsewhere by its words.
_NAMING = re.compile(r"\](?![({])")
#: A line that explains the term before it, in which Typst has marks of its own.
_EXPLAINS = re.compile(r"\s*[:~]\s")
#: A line below or between words that makes a heading or a table of them, where it matters how wide they are.
_RULE = re.compile(r"\s*(?!\|)[-=+:| ]*[-=][-=+:| ]*")


def fold_words(text: Folded, tables_alone: bool = False) -> Folded:
    """Return a text whose passages of plain words are folded too; those beyond the signs that there are stay.

    Parameters
    ----------
    tables_alone : whether those of tables alone are, in a document whose words are counted (theme/report.lua).
    """
    if not text.signs or any(_RULE.fullmatch(line) for line in text.lines):
        return text
    passages: dict[str, int] = {}

    def sign(found: re.Match[str]) -> str:
        passage = found["passage"]
        if passage is None or (len(passages) == PASSAGES_MOST and passage not in passages):
            return found[0]
        return chr(PASSAGE + passages.setdefault(passage, len(passages)))

    lines = []
    for at, (line, plain) in enumerate(outside_code(text.lines)):
        row = line.startswith("|")
        fits = plain and _is_prose(line) and (row or not (tables_alone or _is_term(text.lines, at)))
        lines.append(kept_wide(line, _FOLDED.sub(sign, line)) if fits else line)
    return replace(text, lines=tuple(lines), passages=tuple(map(as_read, passages)))


def plain(text: str) -> str | None:
    """Return a text as Pandoc reads it, where that is words or the name of a file alone; None where it may be more."""
    return as_read(text) if _PLAIN.fullmatch(text) else None


def as_read(words: str) -> str:
    """Return plain words as Pandoc reads them."""
    return _APOSTROPHE.sub("’", words)


def _is_prose(line: str) -> bool:
    named = line.count("[") != line.count("]") or _NAMING.search(line)
    return not (_OTHER.match(line) or "![" in line or named)


def _is_term(lines: Sequence[str], at: int) -> bool:
    following = next((line for line in lines[at + 1 : at + 3] if line.strip()), "")
    return bool(_EXPLAINS.match(following))
