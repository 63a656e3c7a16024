"""Settings of an entry of the plan in the declarations of its statements: ``{payer}``, ``{distances.max}``.

``{location_km|distances.min}`` is the first of several that the entry gives, ``{items.first-prefix}`` a name without
the beginning that another setting gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.errors import StateError
from pipeline.results.statement import Pick, StatementSpec
from pipeline.results.time import begin

_SETTING = re.compile(r"\{(?P<paths>[\w.|]+)(?:-(?P<less>\w+))?\}")
_OF_LISTS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "first": lambda v: v[0],
    "last": lambda v: v[-1],
    "min": min,
    "second": lambda v: sorted(v)[min(1, len(v) - 1)],
    "max": max,
    "other": lambda v: v[-1] if len(v) > 1 else None,
}


def over(defaults: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of an entry over the defaults of its question, mapping by mapping; null is not given."""
    given = {name: value for name, value in settings.items() if value is not None}
    deeper = {
        name: over(default, given[name])
        for name, default in defaults.items()
        if isinstance(default, Mapping) and isinstance(given.get(name), Mapping)
    }
    return {**defaults, **given, **deeper}


def fitted(spec: StatementSpec, settings: Mapping[str, Any]) -> StatementSpec:
    """Return a declaration whose picks and names hold the settings of an entry.

    Parameters
    ----------
    spec : with ``{name}``, ``{name.key}`` or, of a list, ``{name.first}``, ``last``, ``min``, ``max``, ``second`` (the
        smallest but one), ``other`` (the last of several), ``all``; of a day, ``{name.month}``; of a mapping,
        ``{name.pairs}`` (those with a value).
    settings : of the entry, over what its question takes by default.

    Raises
    ------
    StateError
        When a declaration names a setting that neither has.
    """

    def of(text: str) -> str:
        return _of(text, settings, f"statement {spec.name}")

    def fit(pick: Pick) -> Pick:
        texts: dict[str, Any] = {name: of(getattr(pick, name)) for name in ("indicator", "domain", "analysis", "by")}
        return replace(pick, without=tuple(map(of, pick.without)), **texts)

    if not is_asked(spec, settings):
        return spec
    return replace(
        spec,
        rows=fit(spec.rows),
        arguments={name: fit(pick) for name, pick in spec.arguments.items()},
        named={name: of(key) for name, key in spec.named.items()},
    )


def is_asked(spec: StatementSpec, settings: Mapping[str, Any]) -> bool:
    """Return whether an entry puts the question of a statement: it gives the setting without which it does not.

    Behind ``!`` stands a setting with which it does not.
    """
    if spec.asked.startswith("!"):
        return not _value(spec.asked[1:].split("."), settings)
    return not spec.asked or any(_value(path.split("."), settings) for path in spec.asked.split("|"))


def fitted_texts(texts: Mapping[str, Any], settings: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the settings of what ``name`` says, a figure, whose texts hold those of an entry.

    Raises
    ------
    StateError
        When a text names a setting that the entry does not have.
    """
    return {key: _of(value, settings, name) if isinstance(value, str) else value for key, value in texts.items()}


def _of(text: str, settings: Mapping[str, Any], name: str) -> str:
    def said(match: re.Match[str]) -> str:
        value = _first(match["paths"], settings, name)
        return value.removeprefix(_first(match["less"], settings, name)) or value if match["less"] else value

    return _SETTING.sub(said, text)


def _first(paths: str, settings: Mapping[str, Any], name: str) -> str:
    found = (_value(path.split("."), settings) for path in paths.split("|"))
    value = next((v for v in found if v is not None), None)
    if value is None:
        raise StateError(
            "a statement names a setting that its question does not have",
            where=name,
            found=f"{{{paths}}}",
            allowed=sorted(settings),
            action="give the question a default under DEFAULTS, or name another setting",
        )
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _value(path: Sequence[str], settings: Mapping[str, Any]) -> Any:
    """Return a setting, or an element of one; None where the entry does not give it."""
    value: Any = settings
    for part in path:
        if isinstance(value, list | tuple) and part == "all":
            value = ",".join(map(str, value))
        elif isinstance(value, list | tuple) and value and part in _OF_LISTS:
            value = _OF_LISTS[part](value)
        elif isinstance(value, Mapping) and part == "pairs":
            value = ",".join(f"{k}={v}" for k, v in value.items() if v is not None)
        elif isinstance(value, Mapping):
            value = value.get(part)
        elif part == "month" and begin(str(value)):
            value = str(value)[:7]
        else:
            return None
    return value


def asked_together(settings: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the indicators that an entry declares one by one, by the question of the survey that they count."""
    found: dict[str, list[str]] = {}
    for each in settings.get("indicators", ()):
        if isinstance(each, Mapping):
            found.setdefault(str(each.get("question")), []).append(str(each.get("name")))
    return found
