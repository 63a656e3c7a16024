"""Shortcodes of a document: what each asks for, read from one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.errors import PublishError
from pipeline.wording.words import VARIANTS

#: A shortcode; a doubled brace or one in code is prose about shortcodes.
PATTERN = re.compile(r"(?<!\{)\{\{<\s*(?P<name>/?[\w-]+)(?P<rest>[^<>]*?)>\}\}(?!\})")
#: Shortcodes of ours, and the options of each.
KNOWN: Mapping[str, tuple[str, ...]] = {
    "say": ("of", "as"),
    "show": ("width",),
    "fact": (),
    "list": ("max", "from", "as"),
}
#: Shortcodes of Quarto's that pass as they are.
PASSED = ("pagebreak",)
#: How a list is shown: an item a line, or all in one paragraph.
LINES, PARAGRAPH = "lines", "paragraph"
#: Shortcodes that stand alone on their line, for they give blocks.
ALONE = ("show", "list")
#: How wide a figure is printed.
_WIDTH = re.compile(r"\d{2,3}mm")
#: Code within a line, which is nobody's to fill.
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")


@dataclass(frozen=True)
class Shortcode:
    """One shortcode: ``name``, what it names, its options, and where it stands in the line."""

    name: str
    names: tuple[str, ...]
    options: Mapping[str, str]
    start: int
    end: int


def shortcodes(text: str, where: str) -> Iterator[Shortcode]:
    """Yield the shortcodes of a line that are ours.

    Raises
    ------
    PublishError
        For an unknown shortcode or option, one that names nothing, or one that should stand alone.
    """
    code = [m.span() for m in CODE.finditer(text)]
    for match in PATTERN.finditer(text):
        if any(a <= match.start() < b for a, b in code) or match["name"] in PASSED:
            continue
        yield _checked(match, text, where)


def _checked(match: re.Match[str], text: str, where: str) -> Shortcode:
    name, words = match["name"], match["rest"].split()
    options = dict(w.split("=", 1) for w in words if "=" in w)
    names = tuple(w for w in words if "=" not in w)
    if name not in KNOWN:
        raise PublishError("there is no such shortcode", where=where, found=match.group(), allowed=[*KNOWN, *PASSED])
    unknown = sorted(set(options) - set(KNOWN[name]))
    counts = [value for key, value in options.items() if name == "list" and key != "as"]
    forms = (LINES, PARAGRAPH) if name == "list" else VARIANTS
    wrong = not all(value.isdigit() and int(value) > 0 for value in counts)
    wrong = wrong or options.get("as", forms[0]) not in forms or not _WIDTH.fullmatch(options.get("width", "100mm"))
    if unknown or wrong or not names:
        raise PublishError(
            f"the shortcode '{name}' is not written as it should be",
            where=where,
            found=match.group(),
            allowed=f"{{{{< {name} NAME{''.join(f' {o}=...' for o in KNOWN[name])} >}}}}",
        )
    if name in ALONE and text.strip() != match.group():
        raise PublishError(f"the shortcode '{name}' stands alone on its line", where=where, found=text.strip())
    return Shortcode(name, names, options, *match.span())


@dataclass
class Divisions:
    """The divisions open at a line: how many were written for each, and whether its condition lets the content pass."""

    open: list[tuple[int, bool]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    @property
    def passes(self) -> bool:
        """Return whether a line here is shown."""
        return all(shown for _, shown in self.open)


#: The opening of a division: ``::: {.when said="demand.level"}``, ``::: {.callout-note}``, ``::: name``.
OPENS = re.compile(r"^\s*:{3,}\s*(?:\{(?P<attributes>[^}]*)\}|[\w-]+)\s*:*\s*$")
#: A callout, and the division that tells screen readers what it is.
CALLOUT = re.compile(r"\.callout-\w+")
NOTE = '::: {role="note"}'
CLOSES = re.compile(r"^\s*:{3,}\s*$")
_WHEN = re.compile(r"\.when\b")
_CONDITION = re.compile(r'\b(?P<key>\w+)="(?P<names>[^"]*)"')
#: Conditions of a division: statements that are said, figures, tables or blocks with content, what the evaluation is.
CONDITIONS = ("said", "shows", "has", "lacks")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})")


def conditions(attributes: str, where: str) -> Mapping[str, tuple[str, ...]] | None:
    """Return the conditions of a division, each with the names it takes; None of a division that always shows.

    Raises
    ------
    PublishError
        For a conditional division without a condition, or with one that there is not.
    """
    if not _WHEN.search(attributes):
        return None
    found = {match["key"]: tuple(match["names"].split()) for match in _CONDITION.finditer(attributes)}
    if not found or not set(found) <= set(CONDITIONS) or not all(found.values()):
        raise PublishError(
            "the condition of a division is not written as it should be",
            where=where,
            found=attributes,
            allowed=[f'::: {{.when {name}="NAME"}}' for name in CONDITIONS],
        )
    return found
