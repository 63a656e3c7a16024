"""A page in which a sentence changed: the paragraphs that differ are rendered, the rest of the page stays as it was.

Pandoc takes a second for a report, however little of it changed. What is rendered by itself is a paragraph, or an item
of a list, of plain text: words, numbers, emphasis and links, of which Pandoc makes the same wherever they stand. It
takes the place of the one before, which is rendered beside it and must stand in the page of before exactly once, on a
line of its own. Whenever something else changed, or is not as expected, the document is rendered whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pipeline.errors import PublishError
from pipeline.publish.render import pandoc, pdf, qmd
from pipeline.publish.render.inlining import inlined
from pipeline.publish.render.ready_programs import ReadyPrograms
from pipeline.publish.render.spans import fold
from pipeline.publish.render.staging import Staged

#: What is rendered of a document at most this way; a whole one takes no longer then.
MOST = 60
#: The page around what is rendered: nothing.
_TEMPLATE = Path(__file__).parent / "body.html"
_FRONT = re.compile(r"---\n.*?\n---\n", re.DOTALL)
#: How many words a slide holds decides what it shares its page with.
_SLIDES = re.compile(r"^ *layout: slides$", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]]*)\]\([\w./#-]+\)")
#: A line of plain text begins with a word, a number, a quotation, emphasis, or the sign of a folded number.
_PLAIN = re.compile(r"(?:\w|[«“\"'(]|\*{1,2}\w|[\U00100000-\U0010fffd])[^\\`{}<>@^~$|#_\[\]]*(?<! )")
#: What would make a list, or the caption of a table, of it.
_MARKED = re.compile(r"\(?\w{1,8}[.)](?:\s|$)|\w*\s*:")
_ITEM = "- "


@dataclass(frozen=True)
class Change:
    """A paragraph, or an item of a list, before and after."""

    before: str
    after: str


@dataclass(frozen=True)
class Changed:
    """A staged document, its target file by format, what changed in it, and the files that were rendered before."""

    staged: Staged
    targets: Mapping[str, Path]
    changes: tuple[Change, ...]
    before: Mapping[str, Path]


def changes(before: str, after: str) -> tuple[Change, ...]:
    """Return what differs between two staged documents; nothing where more than plain text does, or much of it."""
    front = _FRONT.match(after)
    if front is None or not before.startswith(front[0]) or _SLIDES.search(front[0]):
        return ()
    old, new = (_blocks(text[front.end() :]) for text in (before, after))
    if len(old) != len(new):
        return ()
    found: list[Change] = []
    for at, (one, other) in enumerate(zip(old, new, strict=True)):
        if one != other:
            pairs = [] if _defines(new, at) else list(_pairs(one, other))
            if not pairs or len(found) + len(pairs) > MOST:
                return ()
            found += pairs
    return tuple(found)


def _blocks(text: str) -> list[str]:
    """Return the lines between empty lines and the borders of divisions, those in between as they are."""

    def parts(line: str) -> bool:
        return not line.strip() or line.startswith(":::")

    grouped = groupby(text.split("\n"), parts)
    return ["\n".join(lines) for _, lines in grouped]


def _defines(blocks: Sequence[str], at: int) -> bool:
    """Return whether a block that explains a term follows: the term is no paragraph then."""
    after = "".join(blocks[at + 2 : at + 3])
    return after.startswith((":", "~"))


def _pairs(before: str, after: str) -> Iterator[Change]:
    """Yield what differs between two blocks; nothing where one of them is no plain text."""
    old, new = before.split("\n"), after.split("\n")
    if all(line.startswith(_ITEM) for line in (*old, *new)):
        differing = [(one, other) for one, other in zip(old, new, strict=False) if one != other]
        fit = all(_is_plain(line.removeprefix(_ITEM)) for pair in differing for line in pair)
        if len(old) == len(new) and fit:
            yield from (Change(one, other) for one, other in differing)
    elif all(map(_is_plain, (*old, *new))):
        yield Change(before, after)


def _is_plain(line: str) -> bool:
    text = _LINK.sub(r"\1", fold([line]).lines[0])
    return bool(_PLAIN.fullmatch(text)) and not _MARKED.match(text)


def render(documents: Sequence[Changed], programs: ReadyPrograms) -> list[Changed]:
    """Write the pages of changed documents of one folder, and return those that must be rendered whole.

    Raises
    ------
    PublishError
        When Typst refuses a document.
    """
    try:
        rendered = _rendered(documents, programs)
    except PublishError:
        # told with its place where the document is rendered whole
        return list(documents)
    left = []
    for document in documents:
        written = {kind: _amended(document, kind, rendered[kind]) for kind in document.targets}
        texts = {kind: text for kind, text in written.items() if text is not None}
        if len(texts) < len(written):
            left.append(document)
            continue
        for kind, text in texts.items():
            _write(document, kind, text)
    return left


#: What Pandoc writes for a page of each kind.
_WRITTEN = {"html": "html", "pdf": "typst"}


def _rendered(documents: Sequence[Changed], programs: ReadyPrograms) -> dict[str, dict[str, str]]:
    """Return, for each kind of page, what becomes of each paragraph or item; those that take several lines are none."""
    first = documents[0].staged
    settings = qmd.read(first.path).settings
    texts = list(dict.fromkeys(t for d in documents for change in d.changes for t in (change.before, change.after)))
    lines = [line for n, text in enumerate(texts) for line in (f"X{n}X", "", *text.split("\n"), "")]
    asked = {to: pandoc.Asked(pandoc.for_format(settings, to) | {"toc": False}, _TEMPLATE) for to in _WRITTEN.values()}
    source = pandoc.Source(qmd.Document(first.path, settings, 1, tuple(lines)), first.places, asked)
    (made,) = pandoc.convert([source], programs)
    pages = {"html": inlined(made["html"], first.path.parent), "pdf": made["typst"]}
    out = {}
    for kind, page in pages.items():
        numbered = re.split(r"(?m)^(?:<p>)?X(\d+)X(?:</p>)?$", page)[1:]
        parts = zip(map(int, numbered[::2]), numbered[1::2], strict=True)
        out[kind] = {texts[n]: _line(part.strip("\n"), kind) for n, part in parts}
    return out


def _line(part: str, kind: str) -> str:
    """Return the line that a paragraph or an item is, nothing where it is several."""
    if kind == "html":
        part = part.removeprefix("<ul>\n").removesuffix("\n</ul>")
    return "" if "\n" in part else part


def _amended(document: Changed, kind: str, rendered: Mapping[str, str]) -> str | None:
    """Return the page of before with what changed, None where that stands in it otherwise than once."""
    lines = document.before["html" if kind == "html" else "typ"].read_text(encoding="utf-8").split("\n")
    places = {}
    for change in document.changes:
        before, after = rendered.get(change.before, ""), rendered.get(change.after, "")
        if not before or not after or lines.count(before) != 1:
            return None
        places[lines.index(before)] = after
    if len(places) < len(document.changes):
        return None
    for at, after in places.items():
        lines[at] = after
    return "\n".join(lines)


def _write(document: Changed, kind: str, text: str) -> None:
    target = document.targets[kind]
    target.parent.mkdir(parents=True, exist_ok=True)
    if kind == "html":
        target.write_text(text, encoding="utf-8")
    else:
        path = document.staged.path.with_suffix(".typ")
        path.write_text(text, encoding="utf-8")
        target.write_bytes(pdf.compile_pdf(path, document.staged.edition))
