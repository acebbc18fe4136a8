"""What the commands share: options that choose a Lean, and the processes of a run."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console

from prover.config import LeanConfig
from prover.evaluation.runner import Crew
from prover.lean.judge import Judge
from prover.lean.pool import pool_of
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.toolchain import Toolchain, cache_dir, choose

LeanChoice = Literal["auto", "embedded", "native"]


def lean_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--lean`, `--project` and `--cache-dir`, for every command that needs a Lean."""
    function = click.option(
        "--cache-dir",
        type=click.Path(path_type=Path),
        help="Where the embedded Lean is kept [default: $STEPWISE_CACHE, else the user's cache folder].",
    )(function)
    function = click.option("--project", type=click.Path(path_type=Path), help="A Lake project (Mathlib or any other): its native Lean is used.")(
        function
    )
    return click.option(
        "--lean",
        type=click.Choice(["auto", "embedded", "native"]),
        default="auto",
        show_default=True,
        help="Which Lean. auto: native inside a Lake project whose Lean is installed, else embedded.",
    )(function)


def environ_with_cache(cache: Path | None) -> Mapping[str, str]:
    return {**os.environ, "STEPWISE_CACHE": str(cache.expanduser().absolute())} if cache is not None else dict(os.environ)


@dataclass(frozen=True, slots=True)
class Lean:
    """The Lean of a run, and the program that its processes execute."""

    toolchain: Toolchain
    program: Path


def find_lean(choice: LeanChoice, project: Path | None, cache: Path | None, console: Console) -> Lean:
    """Chooses a Lean; provisions the embedded one, with progress on stderr, when it is not there."""
    environ = environ_with_cache(cache)
    folder = cache_dir(environ)
    with Progress(console) as progress:
        toolchain = choose(choice, project, Path.cwd(), folder, environ, progress.show)
        program = stepwise_program(folder)
        toolchain.prepare(program, progress=progress.show)
    return Lean(toolchain, program)


class Progress:
    """Provisioning stages on a terminal (one live line) or in a log (one line a stage)."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = console.status("") if console.is_terminal else None
        self._stage = ""

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()

    def show(self, stage: str, done: int, total: int) -> None:
        share = f" {100 * done // total} %" if total else ""
        if self._status is not None:
            self._status.update(f"{stage}{share}")
            self._status.start()
        elif stage != self._stage:
            self._console.print(f"{stage} …", highlight=False)
        self._stage = stage


@asynccontextmanager
async def crew_of(lean: Lean, settings: LeanConfig) -> AsyncIterator[Crew]:
    """The Lean processes of a run, started in the background and gone at the end, however it ends."""
    crew = Crew(
        pool_of(Recipe(lean.toolchain, lean.program), settings),
        Judge(lean.toolchain, lean.program, seconds=settings.judge_seconds),
        lean.toolchain.lean_version,
    )
    try:
        yield crew
    finally:
        await crew.close()


def lean_words(toolchain: Toolchain) -> dict[str, object]:
    """What a Lean is called in the proof cache (`prover.cache.entries.environment_of`)."""
    return {"lean": toolchain.identity}


def stderr_console() -> Console:
    return Console(stderr=True, soft_wrap=True, no_color=not sys.stderr.isatty())
