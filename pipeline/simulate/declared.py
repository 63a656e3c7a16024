"""truth.yaml of a programme told by tables: what each received file holds, column by column, and the published figures.

An evaluation that is no network of spaces with surveys of their users declares its files one by one: how many rows, how
every column is drawn, which columns are summed from other tables. Columns are drawn in the order in which they stand.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pipeline.errors import SimulateError
from pipeline.evaluation import Evaluation
from pipeline.instrument import Text, read_yaml, validate


def _text_keys(value: Any) -> Any:
    """Return ``value`` with its keys as text: YAML reads 2006 as a number."""
    return {str(k): _text_keys(v) for k, v in value.items()} if isinstance(value, dict) else value


Shares = Annotated[dict[str, float], BeforeValidator(_text_keys)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Picked(_Strict):
    """A row of another table, of the same value of ``match``, at most once a value of ``once``; its ``column``."""

    table: str
    column: str
    match: str | None = None
    once: str | None = None


class Summed(_Strict):
    """What the rows of another table add up to: those whose column ``by`` is this row's ``key`` (the same name)."""

    table: str
    by: str
    column: str | None = None
    where: str | None = None


class Column(_Strict):
    """How a column is drawn: one of the ways below, then ``between``, ``total``, ``decimals`` and ``missing``.

    ``share``: codes at exactly these shares (``by``: a share for each value of another column); ``counts``: codes so
    many times; ``values``: as they stand, repeated to the end; ``number``: numbered text, as ``"EPN{:02}"``;
    ``normal``: mean and standard deviation; ``uniform``: limits; ``poisson``: a formula of its mean; ``formula``: over
    columns of the row; ``date``: first and last day; ``days_after``: a column of dates and a formula of days;
    ``pick``, ``lookup``: another table's column, of a row drawn or of the row with the same key; ``sum``.
    """

    share: Shares | dict[str, Shares] | None = None
    by: str | None = None
    counts: Shares | None = None
    values: list[Any] | None = None
    number: str | None = None
    normal: tuple[float, float] | None = None
    uniform: tuple[float, float] | None = None
    poisson: str | None = None
    formula: str | None = None
    date: tuple[str, str] | None = None
    days_after: tuple[str, str] | None = None
    pick: Picked | None = None
    lookup: Summed | None = None
    sum: Summed | None = None
    between: tuple[float, float] | None = None
    total: float | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)
    missing: float = Field(default=0, ge=0, lt=1)

    @model_validator(mode="after")
    def _one_way(self) -> Column:
        ways = [w for w in WAYS if getattr(self, w) is not None]
        if len(ways) != 1:
            raise ValueError(f"a column is drawn in exactly one way of {', '.join(WAYS)}; found: {ways or 'none'}")
        nested = self.share is not None and any(isinstance(v, dict) for v in self.share.values())
        if nested != (self.by is not None):
            raise ValueError("`share` for each value of another column goes with `by`, the name of that column")
        return self


WAYS = (
    "share", "counts", "values", "number", "normal", "uniform", "poisson", "formula", "date", "days_after", "pick",
    "lookup", "sum",
)  # fmt: skip


class Table(_Strict):
    """Rows of a table: so many (``rows``), those of another (``copy_of``, a part ``keep`` of them), each of them as
    often as a column of it says (``times``), or every combination of several tables (``cross``).
    """

    rows: int | None = Field(default=None, ge=1)
    copy_of: str | None = None
    keep: float = Field(default=1, gt=0, le=1)
    times: str | None = None
    cross: list[str] = []
    where: str | None = None
    columns: dict[str, Column] = {}

    @model_validator(mode="after")
    def _rows(self) -> Table:
        if (self.rows is not None) + (self.copy_of is not None) + bool(self.cross) != 1:
            raise ValueError("a table has either `rows`, or `copy_of` another table, or the tables that it crosses")
        if self.times and not self.copy_of:
            raise ValueError("`times` repeats the rows of the table that it is a copy of: name it as `copy_of`")
        return self


class Published(_Strict):
    """A figure that a public source gives, and the result that the simulated files must lead to.

    ``result`` is a result_id without its place; several are added up. ``within`` is by how much they may differ, in
    the unit of the result.
    """

    figure: Text
    value: float
    result: Annotated[list[str], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)] = Field(min_length=1)
    within: float = 0
    source: str


class Tables(_Strict):
    """The content of a truth.yaml that tells tables: a table a source, others that only serve to draw them."""

    synthetic: bool
    seed: int
    published: list[Published] = []
    tables: dict[str, Table] = Field(min_length=1)


def told_by_tables(evaluation: Evaluation) -> bool:
    """Return whether the truth of an evaluation tells tables."""
    path = evaluation.folder / "truth.yaml"
    if not path.is_file():
        return False
    content, _ = read_yaml(path, SimulateError)
    return isinstance(content, dict) and "tables" in content


def read_tables(evaluation: Evaluation) -> Tables:
    """Return truth.yaml, checked.

    Raises
    ------
    SimulateError
        When it is wrong, or says nothing of a source.
    """
    path = evaluation.folder / "truth.yaml"
    content, node = read_yaml(path, SimulateError)
    truth = validate(Tables, content, node, path, SimulateError)
    for source in evaluation.settings.sources:
        if source.name not in truth.tables:
            raise SimulateError(
                "the truth says nothing of a source",
                where=f"{path}, key tables",
                found=source.name,
                allowed=list(truth.tables),
                action="declare a table of the same name",
            )
    return truth
