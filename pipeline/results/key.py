"""What a result_id is made of, written and completed in one place.

::

    analysis.indicator.measure[.method]/population/wave=W|wave=A..B|period=P/<level>=<code>[/<name>=<value>...]

for example ``demand.elaborate.shift/users/wave=2003..2006/pays=03/age_band=60+``. Domains are sorted by name;
a code that holds ``/`` or ``=`` is written with its percent code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from pipeline.errors import ResultsError

_RESERVED = set("/=\n\t")
#: What would end a part of an identifier, or the attribute of a page that holds it; "%" where it would read as a code.
_ENDS = re.compile(r"""[/=\x00-\x1f\x7f\x85\u2028\u2029"\\&|{}<>`]|%(?=[0-9A-Fa-f]{2})""")


def part(code: object) -> str:
    """Return a code as it stands in an identifier: what has a meaning there is percent-encoded (RFC 3986, 2.1).

    Other codes come back as they are, letters with accents and blanks too; ``urllib.parse.unquote`` reads all back.
    """
    return _ENDS.sub(lambda m: quote(m.group(), safe=""), str(code))


def domain_text(domain: Mapping[str, object] | None) -> str:
    """Return ``name=value`` pairs sorted by name and joined by ``/``; empty for no domain."""
    if not domain:
        return ""
    return "/".join(f"{k}={part(domain[k])}" for k in sorted(domain))


def result_id(
    analysis: str,
    indicator: str,
    measure: str,
    population: str,
    *,
    wave: str | None = None,
    period: str | None = None,
    territory_level: str,
    territory: str,
    method: str | None = None,
    domain: Mapping[str, object] | None = None,
) -> str:
    """Return the identifier of a number.

    Raises
    ------
    ResultsError
        When both or none of ``wave`` and ``period`` are given, or a part holds a reserved character.
    """
    if (wave is None) == (period is None):
        raise ResultsError("a result needs either a wave or a period", found={"wave": wave, "period": period})
    head = ".".join(p for p in (analysis, indicator, measure, method) if p)
    time = f"wave={wave}" if wave is not None else f"period={period}"
    parts = [head, population, time, f"{territory_level}={territory}"]
    if domain:
        parts.append(domain_text(domain))
    for name in (analysis, indicator, measure, population, territory):
        if _RESERVED & set(name):
            raise ResultsError("a part of a result_id holds '/', '=' or a line break", found=name)
    return "/".join(parts)


def complete(partial: str, level: str, territory: str) -> str:
    """Insert ``<level>=<code>`` after the wave or period of a partial id."""
    parts = partial.split("/")
    return "/".join([*parts[:3], f"{level}={territory}", *parts[3:]])
