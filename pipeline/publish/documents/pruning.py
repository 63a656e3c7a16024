"""Sections without content: a heading below which nothing was said is not shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.publish.documents.shortcodes import CLOSES, FENCE, OPENS, PATTERN

_HEADING = re.compile(r"^(#{1,6})\s")


def kept(lines: Sequence[str]) -> list[bool]:
    """Return, line by line, whether it stays: headings of sections that hold nothing go.

    A section ends at the next heading of its level or above, and with the division that it stands in, unless that is a
    condition (`.when`); blank lines, the marks of divisions and breaks of pages are no content.
    """
    levels = [_level(line) for line in _without_code(lines)]
    filled = [False] * len(lines)
    # the headings that are open at a line, the deepest last, and those that were when each open division began
    opened: list[int] = []
    outside: list[list[int] | None] = []
    for i, (line, level) in enumerate(zip(lines, levels, strict=True)):
        if begun := OPENS.match(line):
            outside.append(None if ".when" in (begun["attributes"] or "") else opened)
        elif CLOSES.match(line) and outside:
            before = outside.pop()
            opened = opened if before is None else before
        elif level:
            opened = [h for h in opened if levels[h] < level] + [i]
        elif _is_content(line):
            for heading in opened:
                filled[heading] = True
    return [not level or filled[i] for i, level in enumerate(levels)]


def _level(line: str) -> int:
    heading = _HEADING.match(line)
    return len(heading.group(1)) if heading else 0


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not (OPENS.match(line) or CLOSES.match(line) or PATTERN.fullmatch(line.strip()))


def _without_code(lines: Sequence[str]) -> list[str]:
    """Return the lines, those of code blocks indented: what looks like a heading there is none."""
    out, fence = [], ""
    for line in lines:
        mark = FENCE.match(line)
        inside = bool(fence)
        if mark and (not fence or line.strip() == fence):
            fence = "" if fence else mark.group(1)
        out.append(f"    {line}" if inside else line)
    return out
