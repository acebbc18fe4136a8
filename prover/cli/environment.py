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

from planners.choose import journal_of, planner_of
from prover.cache.link import Health
from prover.cache.opening import open_cache, said
from prover.config import LeanConfig, Settings
from prover.evaluation.run_directory import RunDirectory
from prover.evaluation.runner import Crew
from prover.evaluation.solvers import SearchSolver, Solver, TeamSolver
from prover.lean.judge import Judge
from prover.lean.pool import pool_of
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.toolchain import Toolchain, cache_dir, choose
from prover.policy.identity import OpenPolicy
from prover.team.local import LocalProvers
from prover.team.sharing import Sharing

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


@asynccontextmanager
async def solver_of(
    lean: Lean, crew: Crew, policy: OpenPolicy, settings: Settings, directory: RunDirectory, environ: Mapping[str, str], console: Console
) -> AsyncIterator[Solver]:
    """What tries the statements of a run: one search each, or a team each where there is a planner or a cache to work with."""
    if settings.planner.kind == "none" and settings.cache.server == "off":
        yield SearchSolver(crew.pool, policy, settings, directory)
        return

    def say(health: Health) -> None:
        console.print(said(health), highlight=False)

    key = environ.get(settings.planner.api_key_variable)
    async with (
        journal_of(settings.planner, directory.path) as journal,
        planner_of(settings.planner, key, journal, lean_version=crew.lean_version) as planner,
        open_cache(settings.cache, cache_dir(environ), environ.get(settings.cache.password_variable), say) as cache,
    ):
        sharing = Sharing(cache, crew.pool)
        async with sharing.listening():
            yield TeamSolver(
                LocalProvers(crew.pool, policy), sharing, planner, settings, directory, lean=lean_words(lean.toolchain), policy=policy.identity
            )


def lean_words(toolchain: Toolchain) -> dict[str, object]:
    """What a Lean is called in the proof cache (`prover.cache.entries.environment_of`)."""
    return {"lean": toolchain.identity}


def stderr_console() -> Console:
    return Console(stderr=True, soft_wrap=True, no_color=not sys.stderr.isatty())
