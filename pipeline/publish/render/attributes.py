"""Long values of attributes on their way through Pandoc: they pass as one sign, and are written where that is.

A figure says in its attributes what it shows, in words and by the names of its results: of what Pandoc would read of a
report, letter by letter, to write the same again, that was half.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.publish.render.spans import SIGNS, VALUE, VALUES_MOST, Folded, outside_code

#: Attributes of a figure, or in the caption of a table, and a value among them that is the same in every format.
_ATTRIBUTES = re.compile(r"(?:^!\[.*\)\{#fig-|^: .* \{#tbl-)[^{}]*\}$")
_VALUE = re.compile(rf"""(?P<name> (?:fig-alt|data-result)=")(?P<value>[^"\\&<>{SIGNS}]+)(?=")""")


def fold_attributes(text: Folded) -> Folded:
    """Return a text whose long values of attributes are folded too; those beyond the signs that there are stay."""
    if not text.signs:
        return text
    values: dict[str, int] = {}

    def sign(found: re.Match[str]) -> str:
        value = found["value"]
        if len(values) == VALUES_MOST and value not in values:
            return found[0]
        return found["name"] + chr(VALUE + values.setdefault(value, len(values)))

    def folded(line: str) -> str:
        return _ATTRIBUTES.sub(lambda attributes: _VALUE.sub(sign, attributes[0]), line)

    lines = tuple(folded(line) if plain else line for line, plain in outside_code(text.lines))
    return replace(text, lines=lines, values=tuple(values))
