"""Nothing that identifies a person is in any file or message, whether the received files are good or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from pipeline.errors import PipelineError
from pipeline.evaluation import Evaluation
from pipeline.ingest import ingest

from ..conftest import Make, codes, question
from .tokens import ROWS, TOKENS, betrayed, betrayed_in, people

DECLARED = {
    **{name: {"kind": "open", "role": "identifier"} for name in TOKENS},
    "naissance": {"kind": "date", "role": "birth_date"},
    "remarque": {"kind": "open", "role": "open_text"},
}
Write = Callable[[Path, pd.DataFrame], None]


def _csv(path: Path, table: pd.DataFrame) -> None:
    table.to_csv(path, sep=";", index=False)


def _xlsx(path: Path, table: pd.DataFrame) -> None:
    table.to_excel(path, index=False)


def _sav(path: Path, table: pd.DataFrame) -> None:
    pyreadstat.write_sav(table, str(path))


FORMATS: dict[str, Write] = {"csv": _csv, "xlsx": _xlsx, "sav": _sav}


def asked(without: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    kinds = [question(n, d["kind"], role=d["role"]) for n, d in DECLARED.items() if n not in without]
    return [question("q", "single", codes=codes(1, 2)), *kinds, question("autre", "text")]


def received(make: Make, suffix: str, table: pd.DataFrame, questions: list[dict[str, Any]] | None = None) -> Evaluation:
    file = {"path": f"users.{suffix}", **({"separator": ";"} if suffix == "csv" else {})}
    evaluation = make(questions or asked(), None, file=file, synthetic=False)
    FORMATS[suffix](evaluation.data / f"users.{suffix}", table)
    return evaluation


def run(evaluation: Evaluation, capfd: pytest.CaptureFixture[str]) -> str:
    """Run ingest to its end, good or bad, and return all that was said."""
    said = ""
    try:
        ingest(evaluation, evaluation.stage("ingest"))
    except PipelineError as fault:
        said = str(fault)
    captured = capfd.readouterr()
    return said + captured.out + captured.err


@pytest.fixture(autouse=True)
def no_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIPELINE_PSEUDONYM_KEY", raising=False)


def test_the_search_finds_what_is_planted(tmp_path: Path) -> None:
    for suffix, write in FORMATS.items():
        write(tmp_path / f"users.{suffix}", people())
    people().to_parquet(tmp_path / "users.parquet")
    found = betrayed_in(tmp_path)
    assert set(found) == {"users.csv", "users.xlsx", "users.sav", "users.parquet"}
    for name, value in TOKENS.items():
        assert betrayed(value(3)), name


@pytest.mark.parametrize("suffix", FORMATS)
def test_good_files_leave_no_trace_of_a_person(make: Make, suffix: str, capfd: pytest.CaptureFixture[str]) -> None:
    evaluation = received(make, suffix, people())
    assert run(evaluation, capfd) == ""
    clean = pd.read_parquet(evaluation.stage("ingest") / "users" / "2006.parquet")
    assert len(clean) == ROWS
    assert clean["nom"].str.fullmatch("[0-9a-f]{32}").all()
    assert clean["naissance"].tolist() == [1931 + i for i in range(ROWS)]
    assert betrayed_in(evaluation.build) == {}


def _bad_codes(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(q=7)


def _some_bad(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(q=[9, *table["q"][1:]])


def _shifted(table: pd.DataFrame) -> pd.DataFrame:
    """The identifying columns stand one place too far to the right, under each other's names."""
    moved = table[[*TOKENS]].set_axis([*list(TOKENS)[1:], next(iter(TOKENS))], axis=1)
    return pd.concat([table[["q", "autre"]], moved], axis=1)


def _without_a_column(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns="autre")


BAD: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "bad codes": _bad_codes,
    "one row set aside": _some_bad,
    "shifted columns": _shifted,
    "a column lacks": _without_a_column,
}


SOME = ["csv", *(pytest.param(suffix, marks=pytest.mark.slow) for suffix in ("xlsx", "sav"))]


@pytest.mark.parametrize("suffix", SOME)
@pytest.mark.parametrize("fault", BAD)
def test_failing_files_leave_no_trace_of_a_person(
    make: Make, suffix: str, fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    evaluation = received(make, suffix, BAD[fault](people()))
    said = run(evaluation, capfd)
    assert said or fault in ("one row set aside", "shifted columns")
    assert betrayed(said) == []
    assert betrayed_in(evaluation.build) == {}


@pytest.mark.parametrize("name", TOKENS)
def test_an_undeclared_field_is_named_and_not_quoted(make: Make, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    kind = "date" if name == "naissance" else "text"
    evaluation = received(make, "csv", people(), [*asked((name,)), question(name, kind)])
    said = run(evaluation, capfd)
    assert f"column '{name}'" in said
    assert betrayed(said) == []
    assert betrayed_in(evaluation.build) == {}


def _text(table: pd.DataFrame) -> str:
    return table.to_csv(sep=";", index=False)


BROKEN: dict[str, Callable[[], tuple[str, bytes]]] = {
    "no header": lambda: ("users.csv", people().to_csv(sep=";", index=False, header=False).encode()),
    "ragged rows": lambda: ("users.csv", (_text(people()) + ";;;x\n" * 9).encode()),
    "an open quotation mark": lambda: ("users.csv", (_text(people()) + '1;"Zquorvexz').encode()),
    "another encoding": lambda: ("users.csv", _text(people()).replace("motif", "prénommé").encode("cp1252")),
    "another separator": lambda: ("users.csv", people().to_csv(sep=",", index=False).encode()),
    "another extension": lambda: ("users.sav", _text(people()).encode()),
    "a header twice": lambda: ("users.csv", _text(people().assign(x=1)).replace(";x\n", ";nom\n", 1).encode()),
    "text in a workbook's name": lambda: ("users.xlsx", _text(people()).encode()),
    "no header, a workbook's name": lambda: ("users.xlsx", people().to_csv(index=False, header=False).encode()),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_damaged_files_are_refused_without_a_quotation(
    make: Make, fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path, content = BROKEN[fault]()
    text = {"encoding": "utf-8", "separator": ";"} if path.endswith("csv") else {}
    evaluation = make(asked(), None, file={"path": path, **text})
    (evaluation.data / path).write_bytes(content)
    said = run(evaluation, capfd)
    assert said
    assert betrayed(said) == []
    assert betrayed_in(evaluation.build) == {}
