"""`prover settings` says everything, and what it says can be read back."""

import tomllib
from pathlib import Path

from click.testing import CliRunner

from prover.cli.app import main
from prover.config import Settings, load


def test_its_output_is_a_settings_file(tmp_path: Path) -> None:
    shown = CliRunner().invoke(main, ["settings", "--set", "search.alpha=[0.5, 2.0]", "--set", "search.finishers=['omega', 'exact ⟨rfl, rfl⟩']"])
    assert shown.exit_code == 0, shown.output
    file = tmp_path / "all.toml"
    file.write_text(shown.output, encoding="utf-8")
    settings = load(file)
    assert settings.search.alpha == (0.5, 2.0)
    assert settings.search.finishers == ("omega", "exact ⟨rfl, rfl⟩")
    assert settings.budget == Settings().budget
    assert tomllib.loads(shown.output).keys() == Settings.model_fields.keys()


def test_every_setting_has_a_meaning() -> None:
    for section in Settings.model_fields.values():
        assert section.annotation is not None
        assert all(field.description for field in section.annotation.model_fields.values()), section
