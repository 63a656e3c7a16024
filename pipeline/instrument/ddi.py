"""Instruments in DDI Codebook 2.5 (DDI Alliance, 2012): what the elements say, and what only a note can keep.

DDI has elements for names, wordings, labels, codes, missing codes and ranges. Types finer than its own, routing as
conditions, and the history over waves stand beside them as JSON in a note of each variable, so that an instrument
written and read again is the same. Codebooks of other producers, without such notes, are read as far as they go.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from pydantic import ValidationError

from pipeline.errors import InstrumentError
from pipeline.instrument.markup import parsed_xml
from pipeline.instrument.model import Instrument, Item, Question

#: Marks the note that holds what DDI has no element for.
NOTE = "instrument declaration"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_IN_ELEMENTS = {"name", "wording", "codes", "range", "items"}
_REASONS = ("refused", "dont_know", "not_applicable", "routed", "no_answer")
_PAIRS = "pairs"


def declaration(question: Question) -> str:
    """Return what no element of DDI says of a question, as JSON."""
    kept = {k: v for k, v in question.model_dump(exclude_defaults=True).items() if k not in _IN_ELEMENTS}
    if question.label is not None and question.label != question.wording:
        del kept["label"]
    kept["missing"] = [[str(code), reason] for code, reason in question.missing.items()]
    kept["integers"] = [str(c) for c in (*question.codes, *question.missing) if isinstance(c, int)]
    kept["type"] = question.type
    return json.dumps(_plain(kept), ensure_ascii=False, sort_keys=True)


def item_declaration(item: Item) -> str:
    """Return what no element of DDI says of an item, as JSON."""
    kept = {k: v for k, v in item.model_dump(exclude_defaults=True).items() if k != "label"}
    return json.dumps(_plain(kept), ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    """Return a value with mappings of numbers as pairs: the keys of JSON are texts."""
    if isinstance(value, Mapping):
        if all(isinstance(k, str) for k in value):
            return {k: _plain(v) for k, v in value.items()}
        return {_PAIRS: [[k, _plain(v)] for k, v in value.items()]}
    return [_plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def _restored(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {_PAIRS}:
            return {k: _restored(v) for k, v in value[_PAIRS]}
        return {k: _restored(v) for k, v in value.items()}
    return [_restored(v) for v in value] if isinstance(value, list) else value


def is_codebook(path: Path) -> bool:
    """Return whether an XML file is a DDI codebook (of any version)."""
    return _tag(parsed_xml(path, "codebook", InstrumentError)) == "codeBook"


def read_codebook(path: Path) -> list[Instrument]:
    """Return the instruments of a DDI codebook: one a file that it describes.

    Raises
    ------
    InstrumentError
        The file is no codebook, describes no variable, or describes one that cannot be a question.
    """
    root = parsed_xml(path, "codebook", InstrumentError)
    if _tag(root) != "codeBook":
        raise InstrumentError(
            "this XML file is no DDI codebook",
            where=path.name,
            found=f"root element <{_tag(root)}>",
            allowed="<codeBook>",
        )
    variables = [v for data in _all(root, "dataDscr") for v in _all(data, "var")]
    if not variables:
        raise InstrumentError("the codebook describes no variable", where=path.name, allowed="at least one <var>")
    lang = _language(root) or "fr"
    files = {f.get("ID", ""): f for f in _all(root, "fileDscr")}
    of_file: dict[str, list[Element]] = {}
    for variable in variables:
        of_file.setdefault((variable.get("files") or "").split(" ")[0], []).append(variable)
    groups = [g for data in _all(root, "dataDscr") for g in _all(data, "varGrp") if g.get("type") == "multipleResp"]
    title = _texts((t for s in _all(root, "stdyDscr") for t in _deep(s, "titl")), lang) or {"fr": path.stem}
    return [
        _instrument(path, files.get(key), group, groups, lang, title if len(of_file) == 1 else None)
        for key, group in of_file.items()
    ]


def _instrument(
    path: Path, file: Element | None, variables: list[Element], groups: list[Element], lang: str,
    title: dict[str, str] | None,
) -> Instrument:  # fmt: skip
    name = _first_text(file, "fileName") or path.stem
    said = _first_text(file, "fileCont")
    members = {v: g for g in groups for v in (g.get("var") or "").split()}
    questions: list[dict[str, Any]] = []
    begun: dict[int, dict[str, Any]] = {}
    for variable in variables:
        group = members.get(variable.get("ID", ""))
        if group is None:
            questions.append(_question(variable, lang))
        elif id(group) in begun:
            begun[id(group)]["items"].append(_item(variable, group, lang))
        else:
            begun[id(group)] = _multiple(variable, group, lang)
            questions.append(begun[id(group)])
    content = {"name": name, "title": {"fr": said} if said else title or {"fr": name}, "questions": questions}
    try:
        return Instrument.model_validate(content)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = next((questions[k].get("name") for k in first["loc"] if isinstance(k, int) and k < len(questions)), "")
        raise InstrumentError(
            f"the codebook describes no usable question here: {first['msg'].removeprefix('Value error, ')}",
            where=f"{path.name}, variable {place}" if place else path.name,
            action="correct the codebook, or describe the variable in an instrument by hand",
        ) from None


def _question(variable: Element, lang: str) -> dict[str, Any]:
    kept = _kept(variable)
    labels = _texts(_all(variable, "labl"), lang)
    wording = _texts((t for q in _all(variable, "qstn") for t in _all(q, "qstnLit")), lang)
    wording = wording or _texts(_all(variable, "qstn"), lang) or labels or {"fr": variable.get("name", "")}
    answers = _categories(variable, kept, lang)
    content: dict[str, Any] = {"name": variable.get("name", ""), "wording": wording, **answers}
    if labels and labels != wording:
        content["label"] = labels
    ranges = [r for v in _all(variable, "valrng") for r in _all(v, "range")]
    if bounds := _bounds(ranges[0], bool(kept)) if ranges else None:
        content["range"] = bounds
    if not kept:
        if variable.get("measUnit"):
            content["unit"] = variable.get("measUnit")
        content["type"] = _type(variable, content)
        if variable.get("wgt") == "wgt":
            content["role"] = "weight"
    return {**content, **{k: v for k, v in kept.items() if k not in ("integers", "missing")}}


def _bounds(element: Element, own: bool) -> list[float | str] | None:
    """Return the two ends of a range, both included; one without both is an own one, open to infinity, or none.

    Ends said to be outside the range are moved in by one where the values are whole, as they are by default.
    """
    step = 0 if element.get("UNITS") == "REAL" else 1
    ends: list[float | str | None] = []
    for side, inwards in (("min", step), ("max", -step)):
        end, outside = element.get(side), element.get(f"{side}Exclusive")
        try:
            ends.append(end if end is not None or outside is None else float(outside) + inwards)
        except ValueError:
            ends.append(outside)
    low, high = ends
    if (low is None and high is None) or (not own and None in ends):
        return None
    return [-math.inf if low is None else low, math.inf if high is None else high]


def _type(variable: Element, content: Mapping[str, Any]) -> str:
    """Return the type that another producer's variable comes nearest to."""
    form = next(iter(_all(variable, "varFormat")), None)
    if content.get("codes"):
        return "single"
    if form is not None and form.get("category") in ("date", "time"):
        return "date"
    numeric = form is not None and form.get("type", "numeric") == "numeric"
    return "number" if numeric or variable.get("intrvl") == "contin" else "text"


def _categories(variable: Element, kept: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Return the codes of a variable and which of them are missing, whole numbers as such."""
    rows = [("".join(t for v in _all(c, "catValu") for t in v.itertext()).strip(), c) for c in _all(variable, "catgry")]
    rows = [(value, c) for value, c in rows if value]
    whole = set(kept["integers"]) if "integers" in kept else {v for v, _ in rows if v.isdigit() and str(int(v)) == v}
    if "integers" not in kept and len(whole) != len(rows):
        whole = set()

    def code(value: str) -> int | str:
        return int(value) if value in whole else value

    content: dict[str, Any] = {}
    codes = {code(v): _texts(_all(c, "labl"), lang) or {"fr": v} for v, c in rows if c.get("missing") != "Y"}
    missing = {code(v): _reason(c) for v, c in rows if c.get("missing") == "Y"}
    if codes:
        content["codes"] = codes
    if missing:
        content["missing"] = missing
    return content


def _reason(category: Element) -> str:
    return category.get("missType", "") if category.get("missType") in _REASONS else "no_answer"


def _multiple(variable: Element, group: Element, lang: str) -> dict[str, Any]:
    kept = _kept(group)
    labels = _texts(_all(group, "labl"), lang)
    wording = _texts(_all(group, "txt"), lang) or labels or {"fr": group.get("name", "")}
    content: dict[str, Any] = {
        "type": "multiple",
        "name": group.get("name") or (variable.get("name") or "").rpartition("_")[0],
        "wording": wording,
        "items": [_item(variable, group, lang)],
        **{k: v for k, v in kept.items() if k not in ("integers", "missing")},
    }
    if labels and labels != wording:
        content["label"] = labels
    if kept.get("missing"):
        whole = set(kept["integers"])
        content["missing"] = {int(c) if c in whole else c: reason for c, reason in kept["missing"]}
    return content


def _item(variable: Element, group: Element, lang: str) -> dict[str, Any]:
    name = variable.get("name", "")
    kept = _kept(variable)
    own = name.removeprefix(f"{group.get('name')}_")
    return {"name": own, "label": _texts(_all(variable, "labl"), lang) or {"fr": own}, "column": name, **kept} if (
        not kept
    ) else {"label": _texts(_all(variable, "labl"), lang), **kept}  # fmt: skip


def _kept(element: Element) -> dict[str, Any]:
    """Return the content of the note that this program wrote; nothing for other producers' variables."""
    for note in _all(element, "notes"):
        if note.get("type") == NOTE:
            try:
                found = _restored(json.loads("".join(note.itertext())))
            except ValueError:
                return {}
            return found if isinstance(found, dict) else {}
    return {}


def _texts(elements: Iterable[Element], lang: str) -> dict[str, str]:
    """Return texts by language; another language than French and English stands for French."""
    found: dict[str, str] = {}
    for element in elements:
        text = " ".join("".join(element.itertext()).split())
        own = (_language(element) or lang).partition("-")[0]
        if text:
            found.setdefault("en" if own == "en" else "fr", text)
    if found and "fr" not in found:
        found = {"fr": found["en"], **found}
    return {k: found[k] for k in ("fr", "en") if k in found}


def _language(element: Element) -> str | None:
    """Return the language of an element; codebooks before 2.5 say it without the colon, as the schema still allows."""
    return element.get(_LANG) or element.get("xml-lang")


def _first_text(element: Element | None, tag: str) -> str | None:
    found = next(iter(_deep(element, tag)), None) if element is not None else None
    text = "" if found is None else " ".join("".join(found.itertext()).split())
    return text or None


def _all(element: Element, tag: str) -> list[Element]:
    return [child for child in element if _tag(child) == tag]


def _deep(element: Element, tag: str) -> list[Element]:
    return [child for child in element.iter() if _tag(child) == tag]


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
