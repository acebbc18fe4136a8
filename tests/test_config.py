"""Settings say what is wrong with them in one line."""

from pathlib import Path

import pytest

from prover.config import ConfigError, Settings, load
from prover.search.settings import SearchSettings


def test_defaults_need_no_file() -> None:
    assert load(None) == Settings()


def test_a_file_then_overrides(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("[search]\nalpha = 2.0\nsamples = 4\n")
    settings = load(file, ["search.samples=16", "budget.seconds=5"])
    assert (settings.search.alpha, settings.search.samples, settings.budget.seconds) == ((2.0,), 16, 5.0)


@pytest.mark.parametrize("name", ["default", "bfs-prover-v2"])
def test_the_files_that_come_with_it_are_valid(name: str) -> None:
    settings = load(Path(__file__).parents[1] / "configs" / f"{name}.toml")
    assert (settings == Settings()) is (name == "default")


def test_they_are_known_by_name() -> None:
    assert load(Path("bfs-prover-v2")).search.alpha == (2.0,)


def test_the_searchs_own_defaults_are_the_settings() -> None:
    assert SearchSettings(**Settings().search.model_dump()) == SearchSettings()


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("lean.workers=0", "lean.workers"),
        ("search.alpha=-1", "search.alpha"),
        ("search.alhpa=1", "alhpa"),
        ("alpha=1", "SECTION.KEY=VALUE"),
        ("search.alpha", "SECTION.KEY=VALUE"),
        ("search.alpha=much", "search.alpha"),
    ],
)
def test_a_bad_override_is_named(override: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(None, [override])


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[search\n")
    for file in (broken, tmp_path / "none.toml"):
        with pytest.raises(ConfigError, match=file.name):
            load(file)
