"""An evaluation whose waves are called otherwise, their place and all else being the same; and what differs then."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from lxml import html

Names = Mapping[str, str]
#: Rows are added up in the order of groups, which differs: only the last digits of a float may.
_ROUNDING = 1e-9


def rename(folder: Path, names: Names) -> None:
    """Rename the waves in every declaration of an evaluation; the year that a name said is declared as its period."""
    for path in [*folder.glob("*.yaml"), *(folder / "texts").rglob("*.yaml")]:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        changed = _evaluation(content, names) if path.name == "evaluation.yaml" else content
        changed = _keyed(_truth(changed, names) if path.name == "truth.yaml" else changed, names)
        path.write_text(yaml.safe_dump(_ids(changed, names), allow_unicode=True, sort_keys=False), encoding="utf-8")


def _evaluation(content: dict[str, Any], names: Names) -> dict[str, Any]:
    for wave in content["waves"]:
        wave["period"] = int(wave["name"])
        wave["name"] = names[wave["name"]]
    for source in content["sources"]:
        source["files"] = {names.get(k, k): v for k, v in source["files"].items()}
    for entry in content["plan"]:
        entry["settings"] = _values(entry.get("settings", {}), names)
    return content


def _values(value: Any, names: Names) -> Any:
    """Return settings with other names: a wave is written as text, a year or a date is not."""
    if isinstance(value, dict):
        return {k: _values(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [_values(v, names) for v in value]
    return names.get(value, value) if isinstance(value, str) else value


def _keyed(value: Any, names: Names) -> Any:
    """Return a declaration whose keys below ``waves`` have other names."""
    if isinstance(value, list):
        return [_keyed(v, names) for v in value]
    if not isinstance(value, dict):
        return value
    return {
        k: {names.get(str(w), w): of for w, of in v.items()}
        if k == "waves" and isinstance(v, dict)
        else _keyed(v, names)
        for k, v in value.items()
    }


#: Tables of truth.yaml that are of calendar years although their keys look like those of waves.
_OF_YEARS = ("opened_by_end_of", "equipment_year", "costs", "enrolments", "re_enrolment", "cycles")


def _truth(value: Any, names: Names) -> Any:
    if isinstance(value, list):
        return [_truth(v, names) for v in value]
    if not isinstance(value, dict):
        return names.get(value, value) if isinstance(value, str) else value
    return {names.get(str(k), k): v if k in _OF_YEARS else _truth(v, names) for k, v in value.items()}


def _ids(value: Any, names: Names) -> Any:
    """Return a declaration whose result_ids are of the waves as they are called now."""
    if isinstance(value, dict):
        return {k: _ids(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [_ids(v, names) for v in value]
    return _in_id(value, names) if isinstance(value, str) else value


def _in_id(text: str, names: Names) -> str:
    return re.sub(r"(?<=wave=)[^/]+", lambda found: _span(found[0], names), text)


def _span(name: str, names: Names) -> str:
    return "..".join(names.get(end, end) for end in name.split(".."))


def differing_rows(before: pd.DataFrame, after: pd.DataFrame, names: Names) -> list[str]:
    """Return the results that are not the same, number by number and text by text, but for the names of waves."""
    back = {new: old for old, new in names.items()}
    told = after.assign(
        result_id=[_in_id(i, back) for i in after["result_id"]], wave=[_span(w, back) for w in after["wave"]]
    )
    assert list(before.columns) == list(told.columns)
    only = set(before["result_id"]) ^ set(told["result_id"])
    if only:
        return [f"only with one of the names: {i}" for i in sorted(only)]
    told = told.set_index("result_id").loc[before["result_id"]].reset_index()[list(before.columns)]
    same = {c: _same(before[c], told[c], _both(names)) for c in before}
    return [f"{c} of {i}: {x!r} became {y!r}" for c, ok in same.items()
            for i, x, y in zip(before["result_id"][~ok], before[c][~ok], told[c][~ok], strict=True)]  # fmt: skip


def _same(x: pd.Series, y: pd.Series, plain: Callable[[str], str]) -> np.ndarray:
    if pd.api.types.is_float_dtype(x):
        return np.isclose(x, y, rtol=_ROUNDING, atol=1e-12, equal_nan=True)
    return np.array([plain(str(a)) == plain(str(b)) for a, b in zip(x, y, strict=True)])


#: French says « en 2006 » of a year, and « à la vague V10 », « (vague V10) » of another name.
_SINCE = re.compile(r"depuis la vague (<\d>)")
_SAID = re.compile(r"à la vague (<\d>)|\(vague (<\d>)\)")
_SAID_FIRST = re.compile(r"À la vague (<\d>)")


def _both(names: Names) -> Callable[[str], str]:
    """Return how a text is read whichever way waves are called: each wave is its number in order."""
    of = {old: f"<{i}>" for i, old in enumerate(names)} | {new: f"<{i}>" for i, new in enumerate(names.values())}
    of = {name.casefold(): place for name, place in of.items()}  # a name has a capital at the head of a cell
    any_name = "|".join(rf"(?<![^\W_]){re.escape(n)}(?![^\W_])" for n in sorted(of, key=len, reverse=True))
    pattern = re.compile(any_name, re.IGNORECASE)
    said = ((_SINCE, r"depuis \1"), (_SAID, r"en \1\2"), (_SAID_FIRST, r"En \1"))

    def read(text: str) -> str:
        text = pattern.sub(lambda found: of[found[0].casefold()], text)
        for called, plain in said:
            text = called.sub(plain, text)
        return text

    return read


#: A file whose texts name waves is longer when these have longer names.
_SIZE = "contains(concat(' ', @class, ' '), ' file-size ')"


def text_of(page: Path) -> list[str]:
    """Return the text of a page but for the sizes of files, and what its figures say to those who do not see them."""
    body = html.parse(str(page)).getroot()
    pieces = [*body.xpath(f"//body//text()[not(ancestor::style or ancestor::*[{_SIZE}])]"), *body.xpath("//@alt")]
    return [" ".join(str(p).split()) for p in pieces if str(p).strip()]


def said_in(path: Path) -> list[str]:
    """Return the texts of a file of figures: of its records, result_ids among them, or of a drawing."""
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".svg":
        return [" ".join(t.split()) for t in re.findall(r"<text[^>]*>(.*?)</text>", content, re.DOTALL)]
    return list(_leaves(json.loads(content)))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    else:
        yield str(value)


def differing_text(before: list[str], after: list[str], names: Names) -> list[tuple[str, str]]:
    """Return the pieces of a page that say another thing, or the same of another wave."""
    plain = _both(names)
    pairs = zip(
        [*before, *[""] * (len(after) - len(before))], [*after, *[""] * (len(before) - len(after))], strict=True
    )
    return [(x, y) for x, y in pairs if plain(x) != plain(y)]
