"""The grammar of words: texts with ``{values}`` and ``[parts]`` that disappear where a value is missing.

::

    {name}   {name:form}   {name|one|many}        a value, in a form, or a choice by it
    [...]                                         disappears whole when something in it has no value
    [[ ]] {{ }}                                   a bracket or brace meant as such

Nothing else: no test, no arithmetic, no attribute. Code spans are Markdown's own and are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.errors import WordsError

_TOKEN = re.compile(
    r"(?P<code>`+[^`]*`+)|(?P<twice>\[\[|\]\]|\{\{|\}\})|(?P<open>\[)|(?P<close>\])|(?P<hole>\{[^{}]*\})|(?P<stray>[{}])"
)
_HOLE = re.compile(r"\{(?P<name>[a-z_][a-z0-9_]*)(?::(?P<form>[^|{}]+)|(?P<choices>(?:\|[^|{}]*){2,}))?\}")
#: Signs of the grammar, doubled where they are meant as such.
_SIGN = re.compile(r"[][{}]")
#: Separators that go with a part that stood before them.
_SEPARATORS = " .,;:\u00a0\u202f"


@dataclass(frozen=True)
class Hole:
    """A value to be filled in: ``name``, with a ``form`` or ``choices`` by number, gender or length."""

    name: str
    form: str = ""
    choices: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """Return the hole as an author writes it."""
        tail = f":{self.form}" if self.form else "".join(f"|{c}" for c in self.choices)
        return f"{{{self.name}{tail}}}"


@dataclass(frozen=True)
class Part:
    """A stretch of a text that disappears whole when one of its values is missing."""

    pieces: tuple[str | Hole, ...]


@dataclass(frozen=True)
class Template:
    """A text that has been read."""

    pieces: tuple[str | Hole | Part, ...]

    def holes(self) -> Iterator[tuple[Hole, bool]]:
        """Yield every hole, and whether it stands within ``[...]``."""
        for piece in self.pieces:
            if isinstance(piece, Hole):
                yield piece, False
            elif isinstance(piece, Part):
                yield from ((p, True) for p in piece.pieces if isinstance(p, Hole))


#: Returns what a hole shows; None where it has no value.
Fill = Callable[[Hole], str | None]


def parse(text: str, where: str, brackets: bool = True) -> Template:
    """Return a text that has been read.

    Parameters
    ----------
    text : one text of words.yaml, or a line of prose.
    where : its place, for errors.
    brackets : False in prose, where a bracket is Markdown's own.

    Raises
    ------
    WordsError
        For a bracket left open, one within another, a brace alone, or a placeholder that is none.
    """
    pieces: list[str | Hole | Part] = []
    inner: list[str | Hole] | None = None
    at = 0
    for match in _TOKEN.finditer(text):
        _append(pieces, inner, text[at : match.start()])
        at = match.end()
        kind, found = str(match.lastgroup), match.group()
        if kind == "code" or (not brackets and "[" in found + "]" and kind in ("open", "close")):
            _append(pieces, inner, found)
        elif kind == "twice":
            _append(pieces, inner, found[0] if brackets or found[0] in "{}" else found)
        elif kind == "hole":
            _append(pieces, inner, _hole(found, where))
        elif kind == "open" and inner is None:
            inner = []
        elif kind == "close" and inner is not None:
            pieces.append(Part(tuple(inner)))
            inner = None
        else:
            raise _stray(found, kind, text, where)
    if inner is not None:
        raise WordsError("a bracket is left open", where=where, found=text, action="close it with ]; for a sign, [[")
    _append(pieces, None, text[at:])
    return Template(tuple(pieces))


def _append(pieces: list[str | Hole | Part], inner: list[str | Hole] | None, piece: str | Hole) -> None:
    if piece != "":
        (pieces if inner is None else inner).append(piece)


def _hole(found: str, where: str) -> Hole:
    match = _HOLE.fullmatch(found)
    if match is None:
        raise WordsError(
            "this is no placeholder",
            where=where,
            found=found,
            allowed="{name}, {name:form} or {name|one|many}; {{ and }} for braces",
        )
    choices = tuple((match["choices"] or "").split("|")[1:])
    return Hole(match["name"], (match["form"] or "").strip(), choices)


def _stray(found: str, kind: str, text: str, where: str) -> WordsError:
    problem = {
        "stray": "a brace stands alone",
        "open": "brackets do not stand in one another",
        "close": "a bracket is closed that was not opened",
    }[kind]
    return WordsError(problem, where=where, found=text, action=f"write {found}{found} for the sign itself")


def render(template: Template, fill: Fill, sentence: bool = True) -> str:
    """Return the text with its values; parts whose values are missing are gone, with the separators they would leave.

    ``sentence`` gives it a capital first; an item of a list stands within a sentence.

    Raises
    ------
    WordsError
        When a value outside [...] is missing.
    """
    out = ""
    for piece in template.pieces:
        if isinstance(piece, Part):
            said = _part(piece, fill)
            if said is not None:
                out += said if out.strip() else said.lstrip(_SEPARATORS)
        elif isinstance(piece, Hole):
            value = fill(piece)
            if value is None:
                raise WordsError("a value outside [...] is missing", where="", found=piece.written)
            out += value
        else:
            out += piece if out.strip() else piece.lstrip(_SEPARATORS)
    return capitalised(out.strip()) if sentence else out.strip()


def partly(template: Template, fill: Fill) -> str:
    """Return a text with the values that ``fill`` knows, still a text of the grammar: the rest stays as written."""
    return "".join(
        f"[{''.join(_again(p, fill) for p in piece.pieces)}]" if isinstance(piece, Part) else _again(piece, fill)
        for piece in template.pieces
    )


def _again(piece: str | Hole, fill: Fill) -> str:
    if isinstance(piece, str):
        return _SIGN.sub(r"\g<0>\g<0>", piece)
    value = fill(piece)
    return piece.written if value is None else _SIGN.sub(r"\g<0>\g<0>", value)


def _part(part: Part, fill: Fill) -> str | None:
    said = [fill(p) if isinstance(p, Hole) else p for p in part.pieces]
    return None if any(s is None for s in said) else "".join(s for s in said if s is not None)


_FIRST = re.compile(r"[^\W\d_]")
_OPENING = re.compile(r"""^[\s*_\["«“(\u00a0\u202f]*$""")


def opens_with(template: Template, known: Callable[[Hole], bool]) -> bool:
    """Return whether the first word of a text is a value that ``known`` tells, behind quotation marks or not."""
    head, *rest = [*template.pieces, "", ""][:2]
    first = rest[0] if isinstance(head, str) and _OPENING.match(head) else head
    return isinstance(first, Hole) and known(first)


def capitalised(text: str) -> str:
    """Return a text whose first letter is a capital, behind quotation marks and emphasis; a number first stays."""
    found = _FIRST.search(text)
    if found is None or not _OPENING.match(text[: found.start()]):
        return text
    return text[: found.start()] + text[found.start()].upper() + text[found.start() + 1 :]
