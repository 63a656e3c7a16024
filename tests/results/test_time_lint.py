"""Nothing sorts, compares, reads or cuts names of waves and periods, but the module of time, and calendars."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"(?:.*_)?(?:wave|period)s?(?:_names?)?|since|until")
#: Numbers of each wave, not its name.
_NUMBERS = ("of_wave", "by_wave")
#: Files that may, and why. pipeline/results/time.py is the one place where names of time are read.
ALLOWED: dict[str, str] = {
    "pipeline/ingest/addition/merging.py": "names of waves that are digits are years, and only those are counted",
    "pipeline/ingest/attendance/streamed/queries.py": "period is a number of months or of years",
    "pipeline/questions/label/pretrends.py": "since is a number of months",
    "pipeline/questions/label/treated.py": "since is a number of months",
    "pipeline/questions/money/answer.py": "period is two years, numbers",
    "pipeline/questions/money/spending.py": "period is two years, numbers",
    "pipeline/survey/structure.py": "waves are numbered in their order before they come here",
    "pipeline/survey/taylor.py": "waves are numbered in their order before they come here",
}


def is_time(node: ast.AST) -> bool:
    """Return whether an expression is a wave or period, or several: a variable, an attribute, a column."""
    if isinstance(node, ast.Name):
        return node.id not in _NUMBERS and bool(_NAMED.fullmatch(node.id))
    if isinstance(node, ast.Attribute):
        return bool(_NAMED.fullmatch(node.attr)) or (node.attr == "name" and is_time(node.value))
    if isinstance(node, ast.Subscript):
        key = node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value in ("wave", "period", "time")
        return is_time(node.value) and not isinstance(key, ast.Slice)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("unique", "astype", "dropna", "keys", "tolist"):
            return is_time(node.func.value)
        return (
            isinstance(node.func, ast.Name)
            and node.func.id in ("set", "list", "str", "tuple")
            and any(map(is_time, node.args))
        )
    if isinstance(node, (ast.SetComp, ast.ListComp, ast.GeneratorExp)):
        return is_time(node.elt)
    return False


def faults(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and kind of each use of a name of time as if it were a quantity."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if (
                isinstance(node.func, ast.Name)
                and called in ("sorted", "min", "max", "int", "float")
                and any(map(is_time, node.args))
            ):
                if not any(k.arg == "key" for k in node.keywords):
                    yield node.lineno, called
            elif called == "sort_values" and not any(k.arg == "key" for k in node.keywords):
                by = [*node.args, *(k.value for k in node.keywords if k.arg == "by")]
                if any(
                    isinstance(c, ast.Constant) and c.value in ("wave", "period", "time")
                    for b in by
                    for c in ast.walk(b)
                ):
                    yield node.lineno, called
            elif called in ("min", "max") and isinstance(node.func, ast.Attribute) and is_time(node.func.value):
                yield node.lineno, called
        elif isinstance(node, ast.Compare) and any(isinstance(o, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for o in node.ops):
            if any(map(is_time, [node.left, *node.comparators])) and not any(
                map(_is_set, [node.left, *node.comparators])
            ):
                yield node.lineno, "comparison"
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and _is_one(node.value):
            yield node.lineno, "slice"


def _is_set(node: ast.AST) -> bool:
    """Return whether an expression is a set, which `<=` says to be part of another."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "set"


def _is_one(node: ast.AST) -> bool:
    """Return whether an expression is one name, which a slice would cut, and not a list of them."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name in ("wave", "period", "when") or (
        isinstance(node, ast.Subscript) and is_time(node.value) and isinstance(node.slice, (ast.Constant, ast.UnaryOp))
    )


def sources() -> Iterator[tuple[str, str]]:
    """Yield path and Python of every module, and of the cells of every document."""
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        if path == ROOT / "pipeline" / "results" / "time.py":
            continue
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "reports").rglob("*.qmd")):
        cells = re.findall(r"^```\{python\}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        yield path.relative_to(ROOT).as_posix(), "\n".join(cells)


@pytest.mark.parametrize(
    "snippet",
    ["sorted(waves)", "sorted(set(rows['wave']))", "sorted(w.wave for w in rows)", "max(periods)", "int(wave)",
     "wave < other", "first if since >= wave else last", "wave[:4]", "waves[0][:4]", "rows.sort_values('time')",
     "rows.sort_values(['indicator', 'wave'])", "rows['wave'].max()", "min(rows['period'].unique())"],
)  # fmt: skip
def test_the_check_sees_a_name_taken_for_a_quantity(snippet: str) -> None:
    assert list(faults(snippet))


@pytest.mark.parametrize(
    "snippet",
    [
        "len(waves) < 2",
        "waves[:2]",
        "waves[-1]",
        "sorted(rows, key=place)",
        "rows.sort_values('order')",
        "wave == last",
    ],
)
def test_the_check_lets_orders_counts_and_equality_pass(snippet: str) -> None:
    assert not list(faults(snippet))


def test_names_of_time_are_only_names() -> None:
    found = {path: list(faults(source)) for path, source in sources()}
    used = {path for path, lines in found.items() if lines}
    told = [f"{p}:{line}: {kind}" for p in sorted(used - set(ALLOWED)) for line, kind in found[p]]
    assert not told, "\n".join(told)
    assert set(ALLOWED) <= used, "allowed without need"
