"""Numbers on their way through Pandoc: a span that carries results passes as two signs, and is written where they are.

A report has thousands of such spans. As spans, Pandoc spent more than half of its time on them: their attributes are
parsed, every filter asks of each whether it is meant, and what they say is the same at the end as at the beginning.
Received characters pass in the same way: their stand-ins (:mod:`pipeline.wording.markdown`) would have a filter look at
every word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.wording.markdown import STAND_IN

#: Signs of the last private plane: one for the attributes of each span, one that closes them all, those of characters.
_FIRST, _CLOSE, _CHARACTERS = 0x100000, "\U0010fffd", 0x10FF00
#: What closes a folded link.
_CLOSE_LINK = "\U0010fffc"
_MOST = _CHARACTERS - _FIRST
_SIGNS = f"{chr(_FIRST)}-{_CLOSE}"
_SIGN = re.compile(f"[{_SIGNS}]")
#: A span of a number as the documents write it, whose text and attributes are the same in Markdown and HTML.
_SPAN = re.compile(
    r"(?<![\\!^])\[(?P<text>[^\[\]`\\*_~^$]*)\]"
    r"""\{\.(?P<class>number|declared)(?P<attributes>(?:[ ]data-[a-z]+="[^"\\&<>'{}]*")*)\}"""
)
#: An item of a list that is one link, once its spans are folded.
_LINK = re.compile(r"""(?P<item>- )\[(?P<text>(?!')[^\[\]`\\*_~^$<>@|"]*)\]\((?P<target>[\w./#-]+)\)""")
_RECEIVED = re.compile(f"[{chr(STAND_IN)}-{chr(STAND_IN + 0x7F)}]")
_HELD = re.compile(f"[{chr(_CHARACTERS)}-{chr(_CHARACTERS + 0x7F)}]")
#: What Pandoc writes in HTML for characters that are signs there.
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_FENCE = re.compile(r"\s*(?:`{3}|~{3})")
_IN_TAG = re.compile(f"<[^<>]*[{_SIGNS}][^<>]*>")
#: What Typst would take for a list or a heading where it opens a line or a passage, and for the end of code.
_OPENS = re.compile(rf"(^[ ]*|[\w)]\[)[{_SIGNS}](?=[-+=/])", re.MULTILINE)
_ENDS = f"{_CLOSE};"


_CLOSES = {_CLOSE: "</span>", _CLOSE_LINK: "</a>"}


@dataclass(frozen=True)
class Folded:
    """Lines of Markdown whose spans stand as signs, and the opening tag in HTML of each sign in order."""

    lines: tuple[str, ...]
    tags: tuple[str, ...] = ()
    signs: bool = True

    def html(self, page: str) -> str:
        """Return a page with its spans; none stands in an attribute, where only their texts are meant."""
        if not self.signs:
            return page
        page = _HELD.sub(_escape, page)
        page = _IN_TAG.sub(lambda tag: _SIGN.sub("", tag[0]), page)
        return _SIGN.sub(self._tag, page)

    def typst(self, text: str) -> str:
        """Return a Typst file, which has no such spans, without the signs."""
        if not self.signs:
            return text
        text = _HELD.sub(lambda sign: f"\\u{{{ord(sign[0]) - _CHARACTERS:x}}}", text)
        return _SIGN.sub("", _OPENS.sub(r"\1\\", text).replace(_ENDS, r"\;"))

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
        return closed(span[0], f'<span class="{span["class"]}"{span["attributes"]}>', span["text"], _CLOSE)

    def link(found: re.Match[str]) -> str:
        return found["item"] + closed(found[0], f'<a href="{found["target"]}">', found["text"], _CLOSE_LINK)

    out, code = [], False
    for line in lines:
        code ^= bool(_FENCE.match(line))
        plain = not code and "`" not in line
        folded = _kept_wide(line, _SPAN.sub(sign, _RECEIVED.sub(_hold, line))) if plain else line
        item = _LINK.fullmatch(folded) if links and plain else None
        out.append(link(item) if item else folded)
    return Folded(tuple(out), tuple(tags))


def _kept_wide(line: str, folded: str) -> str:
    """Return a folded line; a row of a table is as wide as it was, for wide ones make Pandoc set widths."""
    if not line.startswith("|") or not line.endswith("|"):
        return folded
    return f"{folded[:-1]}{' ' * (len(line) - len(folded))}|"


def _hold(stand_in: re.Match[str]) -> str:
    return chr(ord(stand_in[0]) - STAND_IN + _CHARACTERS)


def _escape(sign: re.Match[str]) -> str:
    character = chr(ord(sign[0]) - _CHARACTERS)
    return _ESCAPES.get(character, character)
