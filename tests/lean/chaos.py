"""A long mixed workload on a pool, and somebody who kills its processes at random moments. Used by the chaos test and by the soak of `make bench`."""

import asyncio
import json
import os
import random
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from prover.lean.pool import Pool
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Crashed, Rejected, StepResult, TimedOut

CORE = Path(__file__).parents[2] / "data" / "core.jsonl"

# No `exact?`: it keeps an index in its process, and whoever calls it first pays for it in heartbeats.
TACTICS = (
    *("intro x", "intros", "constructor", "simp", "simp_all", "omega", "rfl", "decide", "cases x", "left", "funext x", "exfalso"),
    *("induction x with\n| zero => simp\n| succ n ih => simp_all", "refine ⟨?_, ?_⟩", "apply Nat.le_of_lt_succ", "have h : 1 = 1 := rfl"),
    *("rw [Nat.add_comm]", "norm_num", "simp at *", "grind", "exact h", "unknown_tactic", "(", "omega (", "sorry", "all_goals simp", "split"),
)


async def statements(pool: Pool, count: int) -> list[Statement]:
    """The first theorems of the bundled valid split, read by Lean."""
    rows = [json.loads(line) for line in CORE.read_text(encoding="utf-8").splitlines()]
    valid = [row for row in rows if row["split"] == "valid"][:count]
    return [(await pool.scan(f"{row['header']}\n\n{row['statement']}\n"))[-1].statement for row in valid]


def essence(result: StepResult) -> tuple[object, ...]:
    """What must not depend on what else happened: the kind of answer and its goals."""
    match result:
        case Advanced(state, _):
            return "advanced", state.tactics, state.pp, state.key, state.groups
        case Closed(tactics, _):
            return "closed", tactics
        case Rejected(kind, message, _):
            return "rejected", kind, message
        case TimedOut() | Crashed():
            return (type(result).__name__,)


@dataclass(slots=True)
class Workload:
    """Random walks over statements: the same walk for the same seed, whatever becomes of the processes. ``answers``: by statement, in order."""

    pool: Pool
    seed: int
    answers: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)
    steps: int = 0

    async def walk(self, statement: Statement, steps: int) -> None:
        rng = random.Random(f"{self.seed} {statement.name}")
        found = self.answers.setdefault(statement.name, [])
        states: list[ProofState] = [await self.pool.start(statement)]
        for _ in range(steps):
            state = rng.choice(states[-4:])
            # Heartbeats decide, far below the wall clock: the same on a busy machine as on an idle one.
            result = await self.pool.step(state, rng.choice(TACTICS), heartbeats=1_000)
            found.append(essence(result))
            self.steps += 1
            if isinstance(result, Advanced):
                states.append(result.state)
        await self.pool.forget(statement)

    async def run(self, chosen: list[Statement], steps: int, *, at_once: int = 4) -> None:
        """So many steps on each statement, several statements at once."""
        places = asyncio.Semaphore(at_once)

        async def one(statement: Statement) -> None:
            async with places:
                await self.walk(statement, steps)

        async with asyncio.TaskGroup() as group:
            for statement in chosen:
                group.create_task(one(statement))


async def monkey(pool: Pool, workload: Workload, seed: int, *, every: int = 20) -> dict[str, int]:
    """Disturbs a process about once in ``every`` steps, until cancelled; what it did, by kind."""
    rng = random.Random(seed)
    done = {"SIGKILL": 0, "SIGSTOP": 0, "memory": 0}
    due = workload.steps + rng.randint(1, 2 * every)
    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(0.02)
            if workload.steps < due:
                continue
            due = workload.steps + rng.randint(1, 2 * every)
            kind = rng.choices(["SIGKILL", "SIGSTOP", "memory"], [10, 4, 2])[0]
            worker = rng.choice(pool.workers)
            if worker.pid is None:
                continue
            if kind == "memory":  # as if it had grown too large: no tactic does so in a time that a test has
                limit, worker._memory = worker._memory, 1
                await asyncio.sleep(0.6)
                worker._memory = limit
            else:
                with suppress(ProcessLookupError):
                    os.kill(worker.pid, getattr(signal, kind))
            done[kind] += 1
    return done
