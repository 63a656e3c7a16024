"""What a result_id is made of, written and completed in one place.

::

    analysis.indicator.measure[.method]/population/wave=W|wave=A..B|period=P/<level>=<code>[/<name>=<value>...]

for example ``demand.elaborate.shift/users/wave=2003..2006/pays=03/age_band=60+``. Domains are sorted by name.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.errors import ResultsError

_RESERVED = set("/=\n\t")


def domain_text(domain: Mapping[str, object] | None) -> str:
    """Return ``name=value`` pairs sorted by name and joined by ``/``; empty for no domain."""
    if not domain:
        return ""
    return "/".join(f"{k}={domain[k]}" for k in sorted(domain))


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
        parts += [f"{k}={domain[k]}" for k in sorted(domain)]
    for part in [analysis, indicator, measure, population, territory, *(domain or {}).values()]:
        if _RESERVED & set(str(part)):
            raise ResultsError("a part of a result_id holds '/', '=' or a line break", found=part)
    return "/".join(parts)


def complete(partial: str, level: str, territory: str) -> str:
    """Insert ``<level>=<code>`` after the wave or period of a partial id."""
    parts = partial.split("/")
    return "/".join([*parts[:3], f"{level}={territory}", *parts[3:]])
