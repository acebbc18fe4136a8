"""`prover policy`: models to prove with."""

import json
from pathlib import Path

import click

from prover.cli.exits import command_body
from prover.cli.targets import TargetError
from prover.policy.tiny import build_tiny
from prover.resources import resource


@click.group()
def policy() -> None:
    """Models that propose tactics."""


@policy.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--from",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Text that the tokenizer learns from; repeatable [default: the bundled statements and proofs of the valid split].",
)
@click.option("--vocabulary", type=click.IntRange(min=300), default=1_024, show_default=True, help="Tokens.")
@click.option("--layers", type=click.IntRange(min=1), default=2, show_default=True, help="Layers of the model.")
@click.option("--width", type=click.IntRange(min=32), default=128, show_default=True, help="Width of the model; a multiple of 32.")
@click.option("--context", type=click.IntRange(min=16), default=2_048, show_default=True, help="Tokens that the model reads and writes at most.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the weights.")
@command_body
async def init(folder: Path, files: tuple[Path, ...], vocabulary: int, layers: int, width: int, context: int, seed: int) -> int:
    """Make a tiny model with random weights.

    It proves nothing until it is trained; every part that needs a model can be run with it, on a CPU. DIR must be new or empty.
    """
    if width % 32:
        raise click.UsageError(f"--width {width}: give a multiple of 32")
    _check_new(folder)
    texts = [_text(file) for file in files] or _bundled()
    parameters = build_tiny(folder, texts, vocabulary=vocabulary, layers=layers, width=width, context=context, seed=seed)
    click.echo(f"{folder}: a model of {parameters:,} parameters with random weights", err=True)
    return 0


def _check_new(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise TargetError(f"{folder} is not empty: give a new folder")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TargetError(f"--from {file}: {error}") from error


def _bundled() -> list[str]:
    """Only what may be learnt from: nothing of the test split."""
    data = resource("data")
    rows = [json.loads(line) for line in (data / "core.jsonl").read_text(encoding="utf-8").splitlines()]
    statements = [f"{row['header']}\n{row['statement']}" for row in rows if row["split"] == "valid"]
    return statements + [_text(file) for file in sorted((data / "proofs" / "valid").glob("*.lean"))]
