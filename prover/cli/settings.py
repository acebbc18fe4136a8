"""`prover settings`: every setting with its meaning, as a TOML file that `--config` reads."""

import json
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel

from prover.cli.exits import command_body
from prover.config import Settings, load


@click.command()
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings file to show in full, or one that comes with it: default, bfs-prover-v2.",
)
@click.option("--set", "overrides", multiple=True, metavar="SECTION.KEY=VALUE", help="Override one setting; repeatable.")
@command_body
async def settings(config: Path | None, overrides: tuple[str, ...]) -> int:
    """Print every setting with its value and meaning, as TOML.

    The output is a settings file itself: prover settings > my.toml
    """
    click.echo(as_toml(load(config, overrides)), nl=False)
    return 0


def as_toml(settings: Settings) -> str:
    """A settings file that says everything; what has no value is commented out."""
    parts = []
    for section in Settings.model_fields:
        values: BaseModel = getattr(settings, section)
        lines = [f"# {(type(values).__doc__ or '').strip().splitlines()[0]}", f"[{section}]"]
        for name, field in type(values).model_fields.items():
            lines.append(f"# {field.description}")
            value = getattr(values, name)
            lines.append(f"{name} = {toml(value)}" if value is not None else f"# {name} =")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def toml(value: Any) -> str:
    """A value as TOML writes it: JSON's strings, numbers and lists are TOML's too."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
