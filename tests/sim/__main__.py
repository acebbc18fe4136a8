"""`make sim AGENTS=1000 THEOREMS=10000`: runs the simulation, prints its figures and writes sim.json."""

import asyncio
import json
import logging
import tempfile
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from prover.cache.opening import said
from tests.bench import commit, machine
from tests.sim.figures import figures, outcomes
from tests.sim.loop import Loop
from tests.sim.simulation import Options, Simulation

OUTPUT = Path(__file__).parents[2] / "sim.json"
_USUAL = Options()
_EVERY = 10.0
"""Seconds between two lines of progress."""


async def _shown(sim: Simulation, console: Console) -> None:
    while True:
        await asyncio.sleep(_EVERY)
        console.print(
            f"{len(sim.seen.attempts)} theorems done, {sim.agents.searching.now} agents search, {sim.agents.stepping.now} Leans are at a step"
        )


async def _run(sim: Simulation, console: Console) -> None:
    shown = asyncio.create_task(_shown(sim, console))
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            await sim.run(Path(folder))
    finally:
        shown.cancel()
        await asyncio.gather(shown, return_exceptions=True)


@click.command()
@click.option("--agents", default=_USUAL.agents, show_default=True, help="Step-provers, each with one Lean.")
@click.option("--theorems", default=_USUAL.theorems, show_default=True)
@click.option("--seed", default=_USUAL.seed, show_default=True)
@click.option("--faster", default=1.0, show_default=True, help="Divides every scripted duration.")
@click.option("--failures/--no-failures", default=True, show_default=True, help="Agents lost, Redis killed.")
@click.option("--out", type=click.Path(path_type=Path), default=OUTPUT, show_default=True)
def main(agents: int, theorems: int, seed: int, faster: float, failures: bool, out: Path) -> None:
    """Teams under the real scheduler and a real Redis, on agents that are scripted."""
    logging.disable(logging.WARNING)
    options = Options(agents=agents, theorems=theorems, seed=seed, faster=faster)
    sim = Simulation(options if failures else replace(options, failures=None))
    console = Console()
    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(_run(sim, console))
    measured = {name: {**figure, "machine": machine(), "commit": commit()} for name, figure in figures(sim).items()}
    out.write_text(json.dumps(measured, indent=2) + "\n")
    for at, health in sim.seen.health:
        console.print(f"{at - sim.seen.began:.1f} s: {said(health)}", highlight=False)
    table = Table("kind", "outcome", "theorems")
    for (kind, outcome), count in sorted(outcomes(sim).items()):
        table.add_row(kind, outcome, str(count))
    console.print(table)
    table = Table("figure", "value", "unit", "n")
    for name, figure in measured.items():
        table.add_row(name, str(figure["value"]), figure["unit"], str(figure["n"]))
    console.print(table)


if __name__ == "__main__":
    main()
