"""A publication's own colour and logo: refused before anything is read where they could not be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.errors import EvaluationError
from pipeline.evaluation.look import ENOUGH, LARGEST_LOGO, NIGHT, NIGHT_WASH, WHITE, Look, contrast, logo_file


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#0b5a68", "#0b5a68") == pytest.approx(1.0)


@pytest.mark.parametrize("accent", ["#7a1f3d", "#0b5a68", "#000000", "#1f3a93", "#b00020"])
def test_every_tone_made_of_a_colour_can_be_read_where_the_theme_sets_it(accent: str) -> None:
    tones = {name: f"#{tone}" for name, tone in Look(accent=accent).palette.items()}
    for name, paper in (
        ("accent", WHITE),
        ("dark", WHITE),
        ("night", NIGHT),
        ("night-dark", NIGHT),
        ("night", NIGHT_WASH),
    ):
        assert contrast(tones[name], paper) >= ENOUGH, name
    assert contrast(tones["accent"], tones["pale"]) >= ENOUGH
    assert contrast(tones["night"], tones["night-pale"]) >= ENOUGH


@pytest.mark.parametrize("accent", ["#ffcc00", "#7fd0dd", "#808080"])
def test_a_pale_colour_is_refused_with_its_contrast(accent: str) -> None:
    with pytest.raises(ValidationError, match="too pale for text: its contrast with the paper is"):
        Look(accent=accent)


def test_a_logo_is_a_small_picture_of_the_evaluation(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    assert logo_file(Look(), folder, "here") is None
    (folder / "logo.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "large.png").write_bytes(b"x" * (LARGEST_LOGO + 1))
    (folder / "logo.gif").write_bytes(b"x")
    (tmp_path / "outside.svg").write_text("<svg/>", encoding="utf-8")

    def look(file: str) -> Look:
        return Look.model_validate({"logo": {"file": file, "says": {"fr": "Région"}}})

    assert logo_file(look("logo.svg"), folder, "here") == folder / "logo.svg"
    for bad in ("large.png", "logo.gif", "absent.svg", "../outside.svg"):
        with pytest.raises(EvaluationError) as fault:
            logo_file(look(bad), folder, "here")
        assert fault.value.found == bad
