"""The scheduler with everything going wrong at once, on scripted agents: nothing that can be proved is missed, and nothing is left behind."""

import asyncio
from dataclasses import replace
from pathlib import Path

from prover.config import TeamConfig
from prover.proof.attempt import Proved
from tests.sim.failures import Failures
from tests.sim.simulation import Options, Simulation
from tests.sim.world import Mix

HARSH = Options(
    agents=20,
    theorems=50,
    faster=100.0,
    # No search goes on for ever and none loses a step, so that who runs out of time was let down by the scheduler.
    mix=Mix(endless=0.0),
    hangs=0.0,
    failures=Failures(life=60.0, away=20.0, node=0.25, outage=50.0),
    budget=6_000.0,
    team=TeamConfig(direct_seconds=10.0, check_seconds=1_000.0, subgoal_seconds=1_000.0),
)


async def test_whatever_is_lost_everything_that_can_be_proved_is_and_nothing_is_left(tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    simulation = Simulation(HARSH)
    seen = await simulation.run(tmp_path)
    assert asyncio.all_tasks() == before
    assert {theorem for theorem, attempt in seen.attempts.items() if isinstance(attempt, Proved)} == set(filter(simulation.provable, seen.attempts))
    assert len(seen.attempts) == HARSH.theorems
    assert seen.wrong == []
    assert simulation.agents.lost > 0
    assert simulation.planner.faults > 0
    assert seen.outages > 0
    assert (simulation.agents.searching.now, simulation.places.in_use, simulation.places.waiting) == (0, 0, 0)


async def test_a_simulation_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    simulation = Simulation(replace(HARSH, theorems=1_000))
    running = asyncio.create_task(simulation.run(tmp_path))
    while len(simulation.seen.attempts) < 20:
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()
    assert asyncio.all_tasks() == before
    assert (simulation.agents.searching.now, simulation.places.in_use) == (0, 0)
