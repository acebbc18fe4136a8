"""What a simulation comes to, as figures. A figure has a value, a unit, and the number of things that it is of."""

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from prover.proof.attempt import Faulted, Proved
from tests.bench_runs import entry
from tests.sim.simulation import Simulation


def figures(sim: Simulation) -> dict[str, dict[str, Any]]:
    """Everything that `make sim` writes down."""
    return {f"sim_{name}": figure for part in (_work, _time, _cancellation, _sharing, _cost, _fairness) for name, figure in part(sim)}


def _work(sim: Simulation) -> Iterator[tuple[str, dict[str, Any]]]:
    seen, n = sim.seen, sim.options.theorems
    proved = [theorem for theorem, attempt in seen.attempts.items() if isinstance(attempt, Proved)]
    provable = [theorem for theorem in sim.world.theorems if sim.provable(theorem)]
    yield "proved", entry(len(proved), f"of {len(provable)} that can be", n)
    yield "wrong", entry(len(seen.wrong) + sum(not sim.provable(theorem) for theorem in proved), "proofs", n)
    yield "solves_per_second", entry((len(proved) + seen.telemetry.subgoals_proved) / (seen.ended - seen.began), "theorems and subgoals/s", n)
    yield "faulted", entry(sum(isinstance(attempt, Faulted) for attempt in seen.attempts.values()), "theorems", n)
    yield "agents_lost", entry(sim.agents.lost, "searches", sim.agents.searches)
    yield "planner_faults", entry(sim.planner.faults, "questions", sum(sim.planner.said.values()))
    yield "redis_lost", entry(seen.outages, "times", seen.traffic.round_trips)


def _time(sim: Simulation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Shares of all agents, those included that are lost just then."""
    seen, agents = sim.seen, sim.options.agents
    steady = max(seen.began, seen.ramped), max(seen.admitted, seen.ramped)
    searching, stepping = sim.agents.searching, sim.agents.stepping
    yield f"utilisation_{agents}", entry(100 * searching.mean(*steady) / agents, "%", round(steady[1] - steady[0]))
    yield (
        f"utilisation_{agents}_with_ramp_and_drain",
        entry(100 * searching.mean(seen.began, seen.ended) / agents, "%", round(seen.ended - seen.began)),
    )
    yield "lean_busy", entry(100 * stepping.mean(*steady) / agents, "%", sim.agents.steps)
    yield "ramp_s", entry(seen.ramped - seen.began, "s", agents)
    yield "steady_s", entry(steady[1] - steady[0], "s", sim.options.theorems)
    yield "drain_s", entry(seen.ended - seen.admitted, "s", sim.options.theorems)


def _cancellation(sim: Simulation) -> Iterator[tuple[str, dict[str, Any]]]:
    seen = sim.seen
    for name, seconds in (("theorem", seen.theorem_cancels), ("subgoal", seen.subgoal_cancels), ("told", seen.told_cancels)):
        for share in (50, 95):
            yield f"cancel_{name}_ms_p{share}", entry(1_000 * percentile(seconds, share), "ms", len(seconds))


def _sharing(sim: Simulation) -> Iterator[tuple[str, dict[str, Any]]]:
    seen, searches = sim.seen, sim.agents.searches
    solved = seen.telemetry.subgoals_proved + sum(isinstance(attempt, Proved) for attempt in seen.attempts.values())
    yield "redis_ops", entry(seen.traffic.operations / solved, "commands/solve, all agents together", solved)
    yield "redis_ops_per_search", entry(seen.traffic.operations / searches, "commands", searches)
    yield "redis_ops_per_second", entry(seen.traffic.operations / (seen.ended - seen.began), "commands/s", seen.traffic.operations)
    yield "reused", entry(seen.telemetry.cache_hits, "proofs", solved)


def _cost(sim: Simulation) -> Iterator[tuple[str, dict[str, Any]]]:
    seen, agents = sim.seen, sim.options.agents
    driver, hours = seen.cpu_seconds - seen.agents_cpu_seconds, agents * (seen.ended - seen.began) / 3_600
    yield "driver_cpu_s_per_agent_hour", entry(driver / hours, "s", agents)
    yield "driver_cpu_ms_per_theorem", entry(1_000 * driver / sim.options.theorems, "ms", sim.options.theorems)
    yield "driver_cpu_ms_per_search", entry(1_000 * driver / sim.agents.searches, "ms", sim.agents.searches)
    yield "driver_cpu_us_per_event", entry(1e6 * driver / max(1, seen.callbacks), "µs", seen.callbacks)
    yield "driver_cores", entry(driver / (seen.ended - seen.began), "of a core", agents)
    yield "simulated_agents_cores", entry(seen.agents_cpu_seconds / (seen.ended - seen.began), "of a core", sim.agents.steps)
    yield "memory_kb_per_agent", entry(seen.memory_bytes / agents / 1_000, "kB, simulated agents included", agents)
    for share in (50, 95):
        yield f"loop_late_ms_p{share}", entry(1_000 * percentile(seen.lags, share), "ms", len(seen.lags))


def _fairness(sim: Simulation) -> Iterator[tuple[str, dict[str, Any]]]:
    held = [places for sample in sim.seen.places for places in sample]
    for share in (5, 50, 95):
        yield f"places_per_theorem_p{share}", entry(percentile(held, share), "places", len(held))
    yield "fairness", entry(statistics.median(jain(sample) for sample in sim.seen.places if sample), "Jain's index, 1 is even", len(sim.seen.places))
    for share in (50, 95):
        yield f"place_wait_ms_p{share}", entry(1_000 * percentile(sim.places.waits, share), "ms", len(sim.places.waits))


def percentile(values: Sequence[float], share: int) -> float:
    """0 of nothing."""
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)] if values else 0.0


def jain(values: Sequence[int]) -> float:
    """(Σx)² / (n Σx²): 1 where all have as much, 1/n where one has everything."""
    return sum(values) ** 2 / (len(values) * sum(value * value for value in values))


def outcomes(sim: Simulation) -> Counter[tuple[str, str]]:
    """Theorems by what they are and how their attempt ended."""
    return Counter((sim.world.kind(theorem).value, type(attempt).__name__) for theorem, attempt in sim.seen.attempts.items())
