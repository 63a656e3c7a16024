"""Numbers on their way through Pandoc: a span that carries results passes as two signs, and is written where they are.

A report has thousands of such spans. As spans, Pandoc spent more than half of its time on them: their attributes are
parsed, every filter asks of each whether it is meant, and what they say is the same at the end as at the beginning.
Received characters pass in the same way: their stand-ins (:mod:`pipeline.wording.markdown`) would have a filter look at
every word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import add

from pipeline.wording.markdown import STAND_IN

#: Signs of the last private plane: one for the attributes of each span, one for each cell of rows
#: (:mod:`pipeline.publish.render.rows`), each passage of plain words (:mod:`pipeline.publish.render.passages`) and each
#: value of an attribute (:mod:`pipeline.publish.render.attributes`), those of characters, one that closes all spans.
_FIRST, CELL, PASSAGE, VALUE, _CHARACTERS, _CLOSE = 0x100000, 0x107000, 0x108000, 0x10F000, 0x10FF00, "\U0010fffd"
#: What closes a folded link.
_CLOSE_LINK = "\U0010fffc"
_MOST, CELLS_MOST, PASSAGES_MOST, VALUES_MOST = CELL - _FIRST, PASSAGE - CELL, VALUE - PASSAGE, _CHARACTERS - VALUE
SIGNS = f"{chr(_FIRST)}-{_CLOSE}"
_SIGN = re.compile(f"[{SIGNS}]")
_PASSAGE = re.compile(f"[{chr(PASSAGE)}-{chr(VALUE - 1)}]")
_VALUE = re.compile(f"[{chr(VALUE)}-{chr(_CHARACTERS - 1)}]")
_CELL = re.compile(f"[{chr(CELL)}-{chr(PASSAGE - 1)}]")
#: A row of a table as Pandoc writes it.
_HTML_ROW, _TYPST_ROW = re.compile(r"<tr>\n.*?</tr>\n", re.DOTALL), re.compile(r"^.*\n", re.MULTILINE)
#: A span of a number, a fact or a record as documents write it, whose text and attributes are the same in HTML.
_SPAN = re.compile(
    # the bracket comes first, which is quickly looked for
    r"\[(?<![\\!^]\[)(?P<text>[^\[\]`\\*_~^$]*)\]"
    r"""\{\.(?P<class>number|declared|fact|record)(?P<attributes>(?:[ ]data-[a-z]+=(?:"[^"\\&<>'{}]*"|[\w-]+))*)\}"""
)
#: An item of a list that is one link, once its spans are folded.
_LINK = re.compile(r"""(?P<item>- )\[(?P<text>(?!')[^\[\]`\\*_~^$<>@|"]*)\]\((?P<target>[\w./#-]+)\)""")
_UNQUOTED = re.compile(r"( data-[a-z]+)=([\w-]+)")
_RECEIVED = re.compile(f"[{chr(STAND_IN)}-{chr(STAND_IN + 0x7F)}]")
_HELD = re.compile(f"[{chr(_CHARACTERS)}-{chr(_CHARACTERS + 0x7F)}]")
#: What Pandoc writes in HTML for characters that are signs there.
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_FENCE = re.compile(r"\s*(?:`{3}|~{3})")
_IN_TAG = re.compile(f"<[^<>]*[{SIGNS}][^<>]*>")
#: A line of a table that is longer makes Pandoc set widths; a row that does keeps so many characters.
COLUMNS, _WIDE = 80, 100
#: What Typst would take for a list or a heading where it opens a line or a passage, and for the end of code.
_OPENS = re.compile(rf"(^[ ]*|[\w)]\[)[{SIGNS}](?=[-+=/])", re.MULTILINE)
_ENDS = f"{_CLOSE};"


_CLOSES = {_CLOSE: "</span>", _CLOSE_LINK: "</a>"}


@dataclass(frozen=True)
class Folded:
    """Lines of Markdown whose spans stand as signs, and the opening tag in HTML of each sign in order.

    ``passages`` are those of plain words that stand as signs too, as pages say them; ``values``, those of attributes;
    ``cells`` are, for each cell of a row that stands for several, what it says in each of them.
    """

    lines: tuple[str, ...]
    tags: tuple[str, ...] = ()
    signs: bool = True
    passages: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    values: tuple[str, ...] = ()

    def html(self, page: str) -> str:
        """Return a page with its spans; none stands in an attribute, where only their texts are meant."""
        if not self.signs:
            return page
        page = _PASSAGE.sub(self._passage, _HTML_ROW.sub(self._rows, page) if self.cells else page)
        page = _VALUE.sub(lambda sign: self._value(sign).replace("'", "&#39;"), page)
        page = _HELD.sub(_escape, page)
        page = _IN_TAG.sub(lambda tag: _SIGN.sub("", tag[0]), page)
        return _SIGN.sub(self._tag, page)

    def typst(self, text: str) -> str:
        """Return a Typst file, which has no such spans, without the signs."""
        if not self.signs:
            return text
        if self.cells:
            text = _TYPST_ROW.sub(lambda row: self._rows(row, "~"), text)
        text = _PASSAGE.sub(lambda sign: self._passage(sign).replace("\u00a0", "~"), text)
        text = _VALUE.sub(self._value, text)
        text = _HELD.sub(lambda sign: f"\\u{{{ord(sign[0]) - _CHARACTERS:x}}}", text)
        return _SIGN.sub("", _OPENS.sub(r"\1\\", text).replace(_ENDS, r"\;"))

    def _rows(self, row: re.Match[str], no_break: str = "\u00a0") -> str:
        """Return the rows for which one stands; any other as it is."""
        pieces = _CELL.split(row[0])
        if len(pieces) == 1:
            return row[0]
        cells = [self.cells[ord(sign) - CELL] for sign in _CELL.findall(row[0])]
        said = zip(*([text.replace("\u00a0", no_break) for text in cell] for cell in cells), strict=True)
        return "".join(f"{''.join(map(add, pieces, each))}{pieces[-1]}" for each in said)

    def _passage(self, sign: re.Match[str]) -> str:
        return self.passages[ord(sign[0]) - PASSAGE]

    def _value(self, sign: re.Match[str]) -> str:
        return self.values[ord(sign[0]) - VALUE]

    def _tag(self, sign: re.Match[str]) -> str:
        if sign[0] in _CLOSES:
            return _CLOSES[sign[0]]
        return self.tags[ord(sign[0]) - _FIRST]


def fold(lines: Sequence[str], links: bool = False) -> Folded:
    """Return lines whose spans of numbers are folded; those of code, and beyond the signs that there are, stay.

    A document that holds such signs itself stays as it is.

    Parameters
    ----------
    links : whether items of lists that are one link are folded too, in a document that has a page alone: Pandoc reads
        the text of a link once for everything else that a bracket may open.
    """
    if any(_SIGN.search(line) for line in lines):
        return Folded(tuple(lines), signs=False)
    tags: dict[str, int] = {}

    def closed(whole: str, tag: str, text: str, close: str) -> str:
        if len(tags) == _MOST and tag not in tags:
            return whole
        return f"{chr(_FIRST + tags.setdefault(tag, len(tags)))}{text}{close}"

    def sign(span: re.Match[str]) -> str:
        attributes = _UNQUOTED.sub(r'\1="\2"', span["attributes"])
        return closed(span[0], f'<span class="{span["class"]}"{attributes}>', span["text"], _CLOSE)

    def link(found: re.Match[str]) -> str:
        return found["item"] + closed(found[0], f'<a href="{found["target"]}">', found["text"], _CLOSE_LINK)

    out = []
    for line, plain in outside_code(lines):
        folded = kept_wide(line, _SPAN.sub(sign, _RECEIVED.sub(_hold, line))) if plain else line
        item = _LINK.fullmatch(folded) if links and plain else None
        out.append(link(item) if item else folded)
    return Folded(tuple(out), tuple(tags))


def outside_code(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it holds no code."""
    code = False
    for line in lines:
        code ^= bool(_FENCE.match(line))
        yield line, not code and "`" not in line


def kept_wide(line: str, folded: str) -> str:
    """Return a folded line; a row of a table that was wide stays so, for wide ones make Pandoc set widths."""
    if not line.startswith("|") or not line.endswith("|"):
        return folded
    return f"{folded[:-1]}{' ' * (min(len(line), _WIDE) - len(folded))}|"


def _hold(stand_in: re.Match[str]) -> str:
    return chr(ord(stand_in[0]) - STAND_IN + _CHARACTERS)


def _escape(sign: re.Match[str]) -> str:
    character = chr(ord(sign[0]) - _CHARACTERS)
    return _ESCAPES.get(character, character)
