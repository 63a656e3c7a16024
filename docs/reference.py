"""The pages of the reference, written from the code: keys, roles, checks, questions, figures, statistics."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer
import yaml

from pipeline.cli import app
from pipeline.figures import registry
from pipeline.ingest.checks import kinds as checks
from pipeline.instrument.roles import MEANINGS
from pipeline.publish.documents import shortcodes
from pipeline.questions.discovery import answering, discover
from pipeline.stages.schemas import schemas
from pipeline.state.kinds import KINDS
from pipeline.survey import Design


def reference(root: Path) -> dict[str, str]:
    """Return name -> Markdown of each page."""
    told = schemas(root)
    return {
        "questions": "\n".join(_questions(root, told["evaluation"])),
        "evaluation": "\n".join(_declarations("evaluation.yaml", told["evaluation"], _EVALUATION)),
        "instrument": "\n".join(_instrument(told["instrument"])),
        "checks": "\n".join(_checks(root)),
        "figures": "\n".join(_figures()),
        "documents": "\n".join(_documents()),
        "survey": "\n".join(_survey()),
        "commands": "\n".join(_commands()),
    }


#: A word that agrees with a number: {share|wants|want}.
_AGREES = re.compile(r"\{[^{}]*\|([^{}|]*)\}")
_EVALUATION = (
    "What is evaluated, when, from which files, by which analyses: `surveys/NAME/evaluation.yaml`. The settings of each"
    " analysis stand with [its question](questions.md). Texts are given by language: `{fr: ..., en: ...}`."
)


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def _table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows)
    yield ""


def _doc(held: object) -> list[str]:
    """Return a docstring as Markdown: roles of Sphinx and doubled backticks become code."""
    text = inspect.getdoc(held) or ""
    return [re.sub(r":\w+:`[~.]*([^`]+)`", r"`\1`", text).replace("``", "`"), ""]


def _kind(schema: dict[str, Any]) -> str:
    """Return what a value is, in few words."""
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2].rpartition("__")[2]
        return "text" if name == "Text" else f"[{name}](#{_place(schema['$ref'])})"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(each) for each in schema["anyOf"] if each.get("type") != "null"))
    kind = schema.get("type", "anything")
    if kind == "array":
        inner = schema.get("items") or next(iter(schema.get("prefixItems", [])), {})
        return f"list of {_kind(inner)}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"name: {_kind(schema['additionalProperties'])}"
    return ", ".join(kind) if isinstance(kind, list) else str(kind)


def _place(ref: str) -> str:
    return "the-" + re.sub(r"[^a-z0-9]+", "-", ref.rpartition("/")[2].lower()).strip("-")


def _keys(schema: dict[str, Any]) -> Iterator[str]:
    required = set(schema.get("required", ()))
    rows = [
        (f"`{key}`", told.get("description", ""), _kind(told), _default(key in required, told))
        for key, told in schema.get("properties", {}).items()
    ]
    yield from _table(("key", "what it is", "value", "default"), rows)


def _default(needed: bool, told: dict[str, Any]) -> str:
    if needed:
        return "**needed**"
    default = told.get("default")
    return "" if default is None or default in ([], {}) or isinstance(default, dict) else f"`{default}`"


def _declarations(title: str, schema: dict[str, Any], lead: str) -> Iterator[str]:
    yield from (f"# {title}", "", lead, "")
    yield from _keys(schema)
    yield from _parts(schema["$defs"])


def _parts(defined: dict[str, Any]) -> Iterator[str]:
    for name, part in defined.items():
        if "properties" in part and name != "Text":
            yield from (f"## {part.get('title', name)} {{#{_place(name)}}}", "", part.get("description", ""), "")
            yield from _keys(part)


def _instrument(schema: dict[str, Any]) -> Iterator[str]:
    yield from _declarations(
        "Instruments",
        schema,
        "What was asked, or what the columns of a record are: a YAML file beside evaluation.yaml for each source.",
    )
    yield from ("## Roles {#roles}", "", "What the pipeline uses a column for.", "")
    yield from _table(("role", "the column holds"), ((f"`{role}`", text) for role, text in MEANINGS.items()))


def _questions(root: Path, evaluation: dict[str, Any]) -> Iterator[str]:
    yield from (
        "# Questions of a plan",
        "",
        "What an entry of `plan:` may ask. Any may be asked twice, with an `id` of its own.",
        "",
    )
    known, defined = discover(root), evaluation["$defs"]["plan"]["$defs"]
    parts = {
        rule["if"]["properties"]["question"]["const"]: rule["then"]
        for rule in evaluation["$defs"]["PlanEntry"]["allOf"]
    }
    yield from _table(
        ("question", "what it answers"),
        ((f"[`{name}`](#{name})", (inspect.getdoc(answering(root, name)) or "").partition("\n")[0]) for name in known),
    )
    for name, question in known.items():
        module = answering(root, name)
        yield from (f"## `{name}` {{#{name}}}", "", *_doc(module), "**Settings**", "")
        settings = defined[parts[name]["properties"]["settings"]["$ref"].rpartition("/")[2]]
        yield from _keys(settings)
        yield from _asked(root, name)
        numbers = sorted({f"`{m.name}` ({m.unit})" for m in module.MEASURES})
        yield from (f"**Numbers**: {', '.join(numbers)}.", "") if numbers else ()
        if question.statements:
            yield from ("**What may be said**, the verdicts that decide how, and how one of them reads:", "")
            said = yaml.safe_load((root / "reports" / "en" / name / "words.yaml").read_text(encoding="utf-8"))
            yield from _table(
                ("statement", "kind", "verdicts", "reads"),
                (
                    (f"`{s.name}`", s.kind, ", ".join(KINDS[s.kind].verdicts), _reading(said.get(s.name), s.kind))
                    for s in question.statements
                ),
            )
        if question.figures:
            shown = ", ".join(f"`{f.name}` ([{f.kind}](figures.md#{f.kind}))" for f in question.figures)
            yield from (f"**Figures and tables**: {shown}.", "")
        weak = [*question.weakened_by, *question.weakens_answers]
        yield from (
            (f"**Warnings of method** that weaken what is said: {', '.join(f'`{w}`' for w in weak)}.", "")
            if weak
            else ()
        )
        yield from _rests_on(root, name)
    yield from ("# Parts of settings {#parts}", "")
    tops = {parts[name]["properties"]["settings"]["$ref"].rpartition("/")[2] for name in known}
    yield from _parts({name: part for name, part in defined.items() if name not in tops})


#: A longer example is no example.
_LINES = 25


def _asked(root: Path, name: str) -> Iterator[str]:
    """Yield how a shipped evaluation asks a question: of those entries that are short, the one that says most."""
    entries = [e for path in sorted(root.glob("surveys/*/evaluation.yaml")) for e in _entries(path, name)]
    short = [e for e in entries if len(e) <= _LINES] or entries
    if short:
        yield from ("**In a plan**, as an evaluation that ships asks it:", "", "```yaml")
        yield from max(short, key=len)
        yield from ("```", "")


def _entries(path: Path, name: str) -> Iterator[list[str]]:
    """Yield the lines of each entry of a plan that asks a question, as they are written."""
    text = path.read_text(encoding="utf-8")
    lines, top = text.splitlines(), yaml.compose(text, yaml.CSafeLoader)
    (plan,) = (value for key, value in top.value if key.value == "plan")
    for entry in plan.value:
        asked = next(value.value for key, value in entry.value if key.value == "question")
        if asked == name:
            last = entry.end_mark.line + (entry.end_mark.column > 0 and entry.flow_style is True)
            written = [line.removeprefix("  ") for line in lines[entry.start_mark.line : last]]
            yield [line for line in written if not line.lstrip().startswith("#")]


#: Front matter, conditions and shortcodes of a chapter.
_MARKUP = re.compile(r"\A---\n(?s:.*?)\n---\n|^:::.*\n|^#+ .*\n|\{\{<.*?>\}\} ?", re.MULTILINE)


def _rests_on(root: Path, name: str) -> Iterator[str]:
    """Yield what a question estimates, assumes and cannot tell, as the methods report says it."""
    path = root / "reports" / "en" / name / "methods.qmd"
    if path.is_file():
        told = [" ".join(part.split()) for part in _MARKUP.sub("", path.read_text(encoding="utf-8")).split("\n\n")]
        yield from ("**What it rests on**, as the methods report tells it:", "") if any(told) else ()
        yield from (line for part in told if part for line in (f"> {part}", ">"))
        yield ""


def _reading(texts: object, kind: str) -> str:
    """Return the English text of the first verdict that says something, with the plural of words that agree."""
    told = texts if isinstance(texts, dict) else {}
    for verdict in KINDS[kind].verdicts:
        text = told.get(verdict)
        text = text.get("say") if isinstance(text, dict) else text
        if text:
            return f"`{_AGREES.sub(lambda found: found[1], str(text))}`"
    return ""


def _checks(root: Path) -> Iterator[str]:
    words = yaml.safe_load((root / "reports" / "en" / "_validation.yaml").read_text(encoding="utf-8"))
    found = words["reasons"]
    yield from (
        "# Checks of received records",
        "",
        "In the order in which one main reason is chosen for a record that fails several. A source changes one under"
        " `checks:`: `{rule: straight_lining, severity: set aside}`. *Set aside* keeps the record out of every"
        " number, with its reason and line in the validation page; *flag* keeps it in and says so; above the"
        " threshold, a share of the records, the source is refused.",
        "",
    )
    yield from _table(
        ("check", "what it finds", "such a record is", "threshold", "settings", "what to do"),
        (
            (f"`{n}`", found.get(n, ""), k.severity, f"{k.threshold:g}", ", ".join(f"`{t}`" for t in k.takes), k.action)
            for n, k in checks.KINDS.items()
        ),
    )


def _figures() -> Iterator[str]:
    yield from (
        "# Kinds of figures and tables",
        "",
        "Questions declare theirs; `figures:` of evaluation.yaml asks for more:"
        " `{name: ..., figure: KIND, settings: {...}}`.",
        "",
    )
    for kind in registry.KINDS:
        taken = registry.parameters(kind)
        yield from (f"## `{kind}` {{#{kind}}}", "", *_doc(registry.maker(kind)))
        yield from _table(
            ("setting", "default"),
            ((f"`{n}`", "**needed**" if p.default is p.empty else f"`{p.default!r}`") for n, p in taken.items()),
        )


def _documents() -> Iterator[str]:
    yield from (
        "# Documents, shortcodes and words",
        "",
        "A document is a `.qmd` of `reports/<lang>/`, or of `chapters/<lang>/` of the evaluation, without code cells."
        " Numbers enter it by shortcodes alone.",
        "",
    )
    yield from _table(
        ("shortcode", "options", "what it gives"),
        (
            (f"`{name}`", ", ".join(f"`{o}`" for o in options), _GIVES[name])
            for name, options in shortcodes.KNOWN.items()
        ),
    )
    yield from (
        '`::: {.when said="entry.statement"}` keeps a passage for a statement that is said, `::: {.when has="trait"}`'
        " for a source that the evaluation has. How words are written is told in [contributing](../contributing.md).",
        "",
        "## Kinds of statements and their verdicts",
        "",
    )
    rows = [
        (f"`{name}`", ", ".join(f"`{v}`" for v in kind.verdicts), ", ".join(f"`{n}`" for n in kind.needs))
        for name, kind in KINDS.items()
    ]
    yield from _table(("kind", "verdicts, each with a text in words.yaml", "needs"), rows)


_GIVES = {
    "say": "The sentence of a statement, by its verdict: `{{< say demand.change >}}`; several make a paragraph.",
    "show": "A figure or table, with its title, reading and source: `{{< show demand-by-age >}}`.",
    "fact": "A declared figure, with its source: `{{< fact spaces_2003 >}}`.",
    "list": "A list made of statements or of the evaluation: findings, recommendations, documents.",
}


def _survey() -> Iterator[str]:
    yield from (
        "# Statistics of surveys (`pipeline.survey`)",
        "",
        "Design-based inference, arrays and data frames in, estimates out; it knows nothing of evaluations and equals"
        " R's `survey` (`tests/reference`).",
        "",
        "## `Design`",
        "",
        "```",
        inspect.getdoc(Design) or "",
        "```",
        "",
    )
    for name, held in inspect.getmembers(Design):
        if not name.startswith("_") and callable(held) and inspect.getdoc(held):
            signature = re.sub(r"\s+", " ", str(inspect.signature(held))) if inspect.isfunction(held) else ""
            yield from (
                f"### `{name}` {{#{name}}}",
                "",
                "```",
                f"{name}{signature}",
                "",
                inspect.getdoc(held) or "",
                "```",
                "",
            )


def _commands() -> Iterator[str]:
    yield from ("# Commands", "", "`evaluation COMMAND`, or `python -m pipeline COMMAND` in a checkout.", "")
    group = typer.main.get_command(app)
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        yield from (f"## `{name}`", "", (command.help or "").strip(), "")
        rows = [(" ".join(f"`{o}`" for o in p.opts), getattr(p, "help", "") or "") for p in command.params]
        yield from _table(("argument", "what it is"), rows)
    yield from ("Exit codes: 0 done, 1 bad input or machine, 2 usage, 3 internal fault, 130 interrupted.", "")
