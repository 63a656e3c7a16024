"""XLSForm questionnaires (KoboToolbox, ODK): the sheets survey, choices and settings of a workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import IngestError
from pipeline.ingest.tools.draft import Draft, Questionnaire, slug, texts
from pipeline.ingest.tools.headers import bare
from pipeline.ingest.tools.relevance import Filter, conditions

Row = dict[str, str]
#: XLSForm's own codes for languages stand in brackets: `label::Français (fr)`.
_LANGUAGE = re.compile(r"^(?P<what>\w+)::?\s*(?P<name>[^()]*?)\s*(?:\((?P<code>[\w-]+)\))?$")
_NAMES = {"francais": "fr", "français": "fr", "french": "fr", "english": "en", "anglais": "en"}
_SIMPLE = {"integer": "number", "decimal": "number", "range": "number", "date": "date", "datetime": "date"}
_PERSONAL = {"geopoint", "geotrace", "geoshape", "image", "audio", "video", "file", "barcode", "username", "email",
             "phonenumber", "deviceid", "subscriberid", "simserial"}  # fmt: skip
_SKIPPED = {"note", "calculate", "hidden", "start", "end", "today", "acknowledge", "xml-external", "csv-external",
            "audit", "background-audio"}  # fmt: skip


def is_xlsform(path: Path) -> bool:
    """Return whether a workbook has the sheets of an XLSForm."""
    try:
        return {"survey", "choices"} <= set(_sheets(path))
    except IngestError:
        return False


def _sheets(path: Path) -> dict[str, list[list[Any]]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        names = {n.strip().casefold(): n for n in book.sheet_names}
        wanted = {n: names[n] for n in ("survey", "choices", "settings") if n in names}
        return {n: book.get_sheet_by_name(own).to_python() for n, own in wanted.items()}
    except Exception as fault:
        # the reader of workbooks raises its own errors, of several kinds
        raise IngestError(
            f"the XLSForm cannot be read: {' '.join(str(fault).split())}",
            where=path.name,
            action="open it and save it again as .xlsx, or send it again",
        ) from None


def _table(cells: list[list[Any]]) -> list[Row]:
    if not cells:
        return []
    header = [str(c).strip() for c in cells[0]]
    return [{h: _text(v) for h, v in zip(header, row, strict=False) if h} for row in cells[1:]]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _labels(row: Row, what: str = "label") -> dict[str, str]:
    """Return the texts of a row by language; a column without a language is French unless there is a French one."""
    found: dict[str, str] = {}
    for column, text in row.items():
        if not text:
            continue
        if column == what:
            found.setdefault("fr", bare(text))
        elif (m := _LANGUAGE.match(column)) and m["what"] == what:
            found[m["code"] or _NAMES.get(m["name"].casefold(), m["name"].casefold() or "fr")] = bare(text)
    return found


def read_xlsform(path: Path) -> Questionnaire:
    """Return the questionnaire of an XLSForm, its columns named as exports with XML names (without groups) name them.

    Raises
    ------
    IngestError
        The workbook cannot be read, has no sheet `survey`, or a question names a list of choices that does not exist.
    """
    sheets = _sheets(path)
    survey = _table(sheets.get("survey", []))
    if not survey or "type" not in survey[0] or "name" not in survey[0]:
        raise IngestError(
            "the workbook is no XLSForm",
            where=path.name,
            found=f"sheets {', '.join(sheets) or 'of other names'}",
            allowed="a sheet `survey` with the columns type, name and label",
        )
    choices: dict[str, dict[str, dict[str, str]]] = {}
    for row in _table(sheets.get("choices", [])):
        code = row.get("name") or row.get("value") or ""
        if code:
            key = row.get("list_name") or row.get("list name") or ""
            choices.setdefault(key, {})[code] = texts(_labels(row), code)
    drafts: list[Draft] = [
        Draft({"name": "submission", "type": "key", "role": "respondent", "column": "_uuid", "required": True,
               "unique": True, "wording": {"fr": "Identifiant de l'envoi", "en": "Key of the submission"}})
    ]  # fmt: skip
    groups: list[str] = []
    known: dict[str, Filter] = {}
    for number, row in enumerate(survey, 2):
        kind = " ".join(row.get("type", "").split()).replace("begin group", "begin_group")
        kind = kind.replace("end group", "end_group").replace("begin repeat", "begin_repeat")
        kind = kind.replace("end repeat", "end_repeat").replace("select one", "select_one")
        kind = kind.replace("select multiple", "select_multiple")
        word, _, rest = kind.partition(" ")
        if word in ("begin_group", "begin_repeat"):
            groups.append("" if word == "begin_group" else "repeat")
            groups[-1] = row.get("relevant", "") if word == "begin_group" else groups[-1] or "repeat"
            continue
        if word in ("end_group", "end_repeat"):
            groups = groups[:-1]
            continue
        draft = _draft(row, word, rest, choices, f"{path.name}, sheet survey, row {number}")
        if draft is None:
            continue
        _route(draft, [*groups, row.get("relevant", "")], known)
        known[row["name"]] = _filter(draft)
        drafts.append(draft)
    settings = _table(sheets.get("settings", []))
    title = settings[0].get("form_title", "") if settings else ""
    return Questionnaire({"fr": title or path.stem}, drafts)


def _filter(draft: Draft) -> Filter:
    items = [i["name"] for i in draft.content.get("items", [])]
    return Filter(draft.name, items or list(draft.content.get("codes", {})))


def _route(draft: Draft, rules: list[str], known: Mapping[str, Filter]) -> None:
    """Give a question the conditions of its groups and its own; what cannot be said is left as a remark."""
    found: list[dict[str, Any]] = []
    for rule in rules:
        if rule == "repeat":
            draft.review["wording"] = "groupe répété : une ligne par répétition / repeated group"
            continue
        routed = conditions(rule, known.get)
        if routed is None:
            draft.review["wording"] = f"filtre XLSForm non traduit / routing not translated: {bare(rule)}"
        else:
            found += [c for c in routed if c not in found]
    if found:
        draft.content["asked_if"] = found


def _draft(row: Row, word: str, rest: str, choices: dict[str, dict[str, dict[str, str]]], where: str) -> Draft | None:
    if not word or word in _SKIPPED or not row.get("name"):
        return None
    name = slug(row["name"])
    base: dict[str, Any] = {"name": name, "column": row["name"], "wording": texts(_labels(row), row["name"])}
    if word in ("select_one", "select_multiple", "rank"):
        listed = rest.replace("or_other", "").strip()
        codes = choices.get(listed)
        if codes is None:
            raise IngestError(
                "a question names a list of choices that does not exist",
                where=where,
                found=listed or "no list",
                allowed=", ".join(choices) or "the lists of the sheet choices",
                action="correct the sheet `survey` or the sheet `choices`",
            )
        if "or_other" in rest:
            codes = {**codes, "other": {"fr": "Autre", "en": "Other"}}
        if word == "select_one":
            whole = all(re.fullmatch(r"0|[1-9]\d*", c) for c in codes)
            return Draft({**base, "type": "single", "codes": {int(c) if whole else c: t for c, t in codes.items()}})
        items = [{"name": slug(c), "label": t, "column": f"{row['name']}/{c}"} for c, t in codes.items()]
        return Draft({**base, "type": "multiple", "items": items})
    if word in _SIMPLE:
        return Draft({**base, "type": _SIMPLE[word]})
    if word in _PERSONAL:
        return None
    remark = "texte libre, jamais gardé / free text, never kept"
    return Draft({**base, "type": "open", "role": "open_text"}, {"role": remark})
