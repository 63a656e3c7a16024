"""XLSForm questionnaires (KoboToolbox, ODK): the sheets survey, choices and settings of a workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import IngestError
from pipeline.ingest.faults import Blocked, raise_faults
from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.readers.confined import NativeFault, read_confined
from pipeline.ingest.readers.containers import Content
from pipeline.ingest.readers.package import look_over
from pipeline.ingest.tools import kobo
from pipeline.ingest.tools.draft import Draft, Questionnaire, hint, slug, texts
from pipeline.ingest.tools.headers import bare
from pipeline.ingest.tools.relevance import Filter, conditions

Row = dict[str, str]
_SHEETS = ("survey", "choices", "settings")
#: XLSForm's own codes for languages stand in brackets: `label::Français (fr)`.
_LANGUAGE = re.compile(r"^(?P<what>\w+)::?\s*(?P<name>[^()]*?)\s*(?:\((?P<code>[\w-]+)\))?$")
#: Types that are also written with blanks, and in words: « select one from LIST or specify other » (pyxform, aliases).
_SPACED = re.compile(r"^(begin|end) (group|repeat)\b", re.IGNORECASE)
_ONE = re.compile(r"^(?:add )?select[ _]one(?: from| prompt using)?(?= |$)", re.IGNORECASE)
_SEVERAL = re.compile(
    r"^(?:add )?select(?:[ _]multiple|[ _]all[ _]that[ _]apply)(?: from| prompt using)?(?= |$)", re.IGNORECASE
)
_OTHER = re.compile(r"[ _]or[ _](?:specify[ _])?other$", re.IGNORECASE)
_NAMES = {"francais": "fr", "french": "fr", "english": "en", "anglais": "en"}
_SIMPLE = {"integer": "number", "decimal": "number", "range": "number", "date": "date", "datetime": "date"}
_PERSONAL = {"geopoint", "geotrace", "geoshape", "image", "audio", "video", "file", "barcode", "username", "email",
             "phonenumber", "deviceid", "subscriberid", "simserial"}  # fmt: skip
_SKIPPED = {"note", "calculate", "hidden", "start", "end", "today", "acknowledge", "xml-external", "csv-external",
            "audit", "background-audio"}  # fmt: skip


def is_xlsform(path: Path) -> bool:
    """Return whether a workbook has the sheets of an XLSForm; one that cannot be read has none."""
    try:
        return {"survey", "choices"} <= set(_sheets(path, only_names=True))
    except IngestError:
        return False


#: Rows of a sheet: number of the row, and its cells.
Rows = list[tuple[int, list[Any]]]


def _sheets(path: Path, only_names: bool = False) -> dict[str, Rows]:
    """Return the sheets of an XLSForm that the workbook has, by name; rows without any value are left out."""
    own: dict[str, str] = {}

    def wanted(described: dict[str, Any]) -> list[str]:
        names = {n.strip().casefold(): n for n in described["sheets"]}
        own.update({n: names[n] for n in _SHEETS if n in names})
        return [] if only_names else list(own.values())

    try:
        look_over(Content(path, path.name), path.name)
        _, found = read_confined("workbook", path, path.name, wanted)
    except Blocked as blocked:
        raise_faults(blocked.faults)
        raise
    except NativeFault as fault:
        raise Unusable(
            f"the XLSForm cannot be read: {fault.text or fault.kind}",
            where=path.name,
            action="open it and save it again as .xlsx, or send it again",
        ) from None
    return {n: [] if only_names else found["columns"][sheet]["rows"] for n, sheet in own.items()}


def _table(rows: Rows) -> list[tuple[int, Row]]:
    """Return the rows under the header (the first row that is not blank), with their numbers in the sheet."""
    if not rows:
        return []
    header = [_column(_text(c)) for c in rows[0][1]]
    return [(number, {h: _text(v) for h, v in zip(header, cells, strict=False) if h}) for number, cells in rows[1:]]


def _column(name: str) -> str:
    """Return a name of a column in small letters, with its language as it is written."""
    what, colon, language = name.partition(":")
    return f"{'_'.join(what.split()).casefold()}{colon}{language}"


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _labels(row: Row, what: str = "label") -> dict[str, str]:
    """Return the texts of a row by language; a column without a language is French unless there is a French one."""
    found: dict[str, str] = {}
    for column, text in row.items():
        if not text:
            continue
        if column == what:
            found.setdefault("fr", bare(text))
        elif (m := _LANGUAGE.match(column)) and m["what"] == what:
            found[m["code"] or _NAMES.get(folded(m["name"]), m["name"].casefold() or "fr")] = bare(text)
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
    if not survey or not {"type", "name"} <= set(survey[0][1]):
        raise Unusable(
            "the workbook is no XLSForm",
            where=path.name,
            found=f"sheets {', '.join(sheets) or 'of other names'}",
            allowed="a sheet `survey` with the columns type, name and label",
        )
    choices: dict[str, dict[str, dict[str, str]]] = {}
    for _, row in _table(sheets.get("choices", [])):
        code = row.get("name") or row.get("value") or ""
        if code:
            key = row.get("list_name", "")
            choices.setdefault(key, {})[code] = texts(_labels(row), code)
    drafts: list[Draft] = [
        Draft({"name": "submission", "type": "key", "role": "respondent", "column": "_uuid", "required": True,
               "unique": True, "wording": {"fr": "Identifiant de l'envoi", "en": "Key of the submission"}})
    ]  # fmt: skip
    groups: list[str] = []
    known: dict[str, Filter] = {}
    for number, row in survey:
        word, rest = _type(row.get("type", ""))
        if word in ("begin_group", "begin_repeat"):
            groups.append(row.get("relevant", "") if word == "begin_group" else "repeat")
            continue
        if word in ("end_group", "end_repeat"):
            groups = groups[:-1]
            continue
        draft = _draft(row, word, rest, choices, f"{path.name}, sheet survey, row {number}")
        if draft is None:
            continue
        _route(draft, [*groups, row.get("relevant", "")], known)
        known[row["name"]] = _filter(draft)
        drafts += _ranking(draft) if word == "rank" else [draft]
    settings = _table(sheets.get("settings", []))
    title = settings[0][1].get("form_title", "") if settings else ""
    return Questionnaire({"fr": title or path.stem}, drafts)


def _ranking(draft: Draft) -> list[Draft]:
    """Return the questions that a ranking holds: what stands first, and the place of each choice."""
    content, column = draft.content, str(draft.content["column"])
    asked, most = content["wording"]["fr"], len(content["items"])
    more = {"asked_if": content["asked_if"]} if content.get("asked_if") else {}

    def part(name: str, suffix: str, wording: str, **said: Any) -> Draft:
        base = {"name": f"{content['name']}_{name}", "column": f"{column}/{suffix}", "wording": {"fr": wording}}
        return Draft({**base, **said, **more}, dict(draft.review))

    codes = {i["column"].rpartition("/")[2]: i["label"] for i in content["items"]}
    first = part("first", kobo.FIRST, hint("titles.first", asked=asked), type="single", codes=codes)
    places = []
    for item, code in zip(content["items"], codes, strict=True):
        wording = hint("titles.place", asked=asked, label=item["label"]["fr"])
        places.append(part(f"place_{item['name']}", f"{kobo.PLACE}{code}", wording, type="count", range=[1, most]))
    return [first, *places]


def _type(text: str) -> tuple[str, str]:
    """Return the type of a question as XLSForm calls it today, in small letters, and what stands behind it."""
    text = _SPACED.sub(r"\1_\2", " ".join(text.split()))
    text = _OTHER.sub(" or_other", _SEVERAL.sub("select_multiple", _ONE.sub("select_one", text)))
    word, _, rest = text.partition(" ")
    return word.casefold(), rest


def _filter(draft: Draft) -> Filter:
    items = [i["name"] for i in draft.content.get("items", [])]
    return Filter(draft.name, items or list(draft.content.get("codes", {})))


def _route(draft: Draft, rules: list[str], known: Mapping[str, Filter]) -> None:
    """Give a question the conditions of its groups and its own; what cannot be said is left as a remark."""
    found: list[dict[str, Any]] = []
    for rule in rules:
        if rule == "repeat":
            draft.review["wording"] = hint("repeat")
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
            raise Unusable(
                "a question names a list of choices that does not exist",
                where=where,
                found=listed or "no list",
                allowed=", ".join(choices) or "the lists of the sheet choices",
                action="correct the sheet `survey` or the sheet `choices`",
            )
        if "or_other" in rest:
            codes = {**codes, "other": dict(lexicon("marks")["labels"]["other"])}
        if word == "select_one":
            whole = all(re.fullmatch(r"0|[1-9]\d*", c) for c in codes)
            return Draft({**base, "type": "single", "codes": {int(c) if whole else c: t for c, t in codes.items()}})
        items = [{"name": slug(c), "label": t, "column": f"{row['name']}/{c}"} for c, t in codes.items()]
        return Draft({**base, "type": "multiple", "items": items})
    if word in _SIMPLE:
        return Draft({**base, "type": _SIMPLE[word]})
    if word in _PERSONAL:
        return None
    remark = hint("never_kept")
    return Draft({**base, "type": "open", "role": "open_text"}, {"role": remark})
