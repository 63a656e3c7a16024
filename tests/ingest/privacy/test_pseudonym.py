"""Pseudonyms: keyed, stable, and the key is kept from others."""

from __future__ import annotations

import hashlib
import hmac
import stat
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.evaluation import Evaluation
from pipeline.ingest.faults import Blocked
from pipeline.ingest.privacy.pseudonym import PUBLIC_KEY, VARIABLE, pseudonym_key, pseudonyms

from ..conftest import Make, question


@pytest.fixture
def real(make: Make, monkeypatch: pytest.MonkeyPatch) -> Evaluation:
    monkeypatch.delenv(VARIABLE, raising=False)
    return make([question("q", "number")], "q\n1\n", synthetic=False)


def test_a_pseudonym_is_the_keyed_hash_of_the_identifier() -> None:
    (got,) = pseudonyms(pd.Series(["A@B.fr"]), b"k" * 16)
    assert got == hmac.new(b"k" * 16, b"a@b.fr", hashlib.sha256).hexdigest()[:32]


def test_case_and_blanks_do_not_part_a_person_and_blanks_stay_blank() -> None:
    got = pseudonyms(pd.Series(["a@b.fr", " A@B.FR ", "", None, "c@d.fr"]), b"k" * 16)
    assert got[0] == got[1] != got[4]
    assert got.isna().tolist() == [False, False, True, True, False]


def test_a_number_is_one_person_however_a_file_holds_it() -> None:
    held = [pd.Series([1001, 7], dtype=t) for t in ("int64", "float64", "Int64", "str", object)]
    assert len({tuple(pseudonyms(each, b"key")) for each in held}) == 1


def test_another_key_gives_another_pseudonym() -> None:
    one, two = (pseudonyms(pd.Series(["a@b.fr"]), k).iloc[0] for k in (b"1" * 16, b"2" * 16))
    assert one != two


def test_synthetic_data_use_the_public_key(make: Make) -> None:
    assert pseudonym_key(make([question("q", "number")], "q\n1\n")) == PUBLIC_KEY


def test_a_made_key_is_kept_for_its_owner_only(real: Evaluation) -> None:
    key = pseudonym_key(real)
    path = real.root / "data" / "keys" / "essai.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key) >= 32
    assert pseudonym_key(real) == key


def test_a_key_that_others_can_read_is_refused(real: Evaluation) -> None:
    pseudonym_key(real)
    (real.root / "data" / "keys" / "essai.key").chmod(0o644)
    with pytest.raises(Blocked, match="read by others"):
        pseudonym_key(real)


def test_the_key_of_the_environment_comes_first(
    real: Evaluation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, "s" * 20)
    assert pseudonym_key(replace(real, root=tmp_path / "nowhere")) == b"s" * 20
    monkeypatch.setenv(VARIABLE, "short")
    with pytest.raises(Blocked, match="too short"):
        pseudonym_key(real)
