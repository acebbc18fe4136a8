"""`prover prove` on a cluster of two nodes, with real Lean and Redis, whatever is killed: the same theorems are proved, none is tried twice.

Each test has namespaces of its own, and strikes at the same moment: some theorems are done, and one is in flight of which a part is proved.
What ends a search is the number of its expansions, so that a machine that is busy with other things changes no result.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from prover.lean.toolchain import EmbeddedLean, Toolchain
from tests.cache.servers import RedisServer
from tests.cli.test_prove import PROVER
from tests.team.isolation import isolated
from tests.team.ray_cluster import HEAD, RayCluster, below, called, gone, hosts, ray_cluster

EVEN = "def isEven : Nat → Bool\n  | 0 => true\n  | 1 => false\n  | n + 2 => isEven n"
HALF = {
    "half": "(f : Nat → Nat) (h0 : f 0 = 9973)"
    " (hs : ∀ n, f n = 9973 → f (n + 1) = 9973 ∨ ∃ a b c k, 2 < k ∧ 0 < a ∧ 0 < b ∧ a ^ k + b ^ k = c ^ k) (n : Nat) : f n = 9973"
}
"""By induction: one case is easy, the other out of reach. In flight for as long as its budget lasts."""
PART = b"9973"
PLANNED = {"sum_of_even": "(m n : Nat) (hm : isEven m = true) (hn : isEven n = true) : isEven (m + n) = true"}
EASY = {
    "swapped": "(p q : Prop) (hp : p) (hq : q) : q ∧ p",
    "remainder": "(n : Nat) (h : n % 5 = 3) : 2 * n % 5 = 1",
    "chosen": "(p q : Prop) (h : p ∨ q) : q ∨ p",
    "back_again": "(xs : List Nat) : xs.reverse.reverse = xs",
}
ALL = {**HALF, **PLANNED, **EASY}
PROVED = {*PLANNED, *EASY}
BUDGET = ["--timeout", "900", "--max-expansions", "30", "--set", "minimise.lean_steps=5", "--set", "minimise.seconds=5"]
TEAM = ["--planner", "structural", "--set", "team.direct_seconds=0", "--set", "team.check_seconds=5", "--set", "team.subgoal_seconds=300"]
LEAN = ["--workers", "1", "--set", "lean.spares=0", "--set", "lean.step_seconds=60"]

PATIENCE = 500.0
"""Seconds for a whole run; an idle machine needs a tenth."""


class Command:
    """The command, as a person gives it, in a folder of its own."""

    def __init__(self, folder: Path, cache: str) -> None:
        self._log, self._results = folder / "stderr", folder / "run" / "results.jsonl"
        self.before = self.records
        rows = (
            {"name": name, "header": EVEN if name in PLANNED else "", "statement": f"theorem {name} {text} := by sorry"} for name, text in ALL.items()
        )
        (folder / "all.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        arguments = ["prove", "all.jsonl", "--cluster", HEAD, "--cache", cache, "--out", "run", *BUDGET, *TEAM, *LEAN]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen([*PROVER, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._results.read_text().splitlines()] if self._results.exists() else []

    @property
    def said(self) -> str:
        return self._log.read_text()

    def until(self, happened: Callable[[], bool]) -> None:
        """Waits while it runs."""
        deadline = time.monotonic() + PATIENCE
        while not happened():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def until_said(self, words: str) -> None:
        self.until(lambda: words in self.said)

    def ends_as_undisturbed(self) -> None:
        """Exit code, records and verdicts are those of a run in which nothing happened."""
        assert self.process.wait(PATIENCE) == 1, self.said
        assert self.records[: len(self.before)] == self.before
        results = [record for record in self.records if record["status"] != "faulted"]
        assert sorted(record["name"] for record in results) == sorted(ALL)
        proved = [record for record in results if record["status"] == "proved"]
        assert {record["name"] for record in proved} == PROVED, self.said
        assert {record["verdict"]["status"] for record in proved} == {"verified"}

    def record(self, name: str) -> dict[str, Any]:
        [record] = [record for record in self.records if record["name"] == name]
        return record


@dataclass
class Stage:
    """A cluster and a cache to run the command with.

    Attributes:
        lean: what the command line of every Lean process starts with.
    """

    folder: Path
    cluster: RayCluster
    server: RedisServer
    lean: str

    def command(self, cache: str = "") -> Command:
        return Command(self.folder, cache or self.server.address)

    def half_way(self, command: Command) -> None:
        """Waits until some theorems are done, and a part of the one in flight is proved."""
        command.until(lambda: bool(command.records) and self._part_is_proved())
        assert "half" not in {record["name"] for record in command.records}

    def _part_is_proved(self) -> bool:
        client: Any = self.server.client()
        entries = (client.hgetall(name) for name in client.scan_iter("stepwise:{*}") if client.type(name) == b"hash")
        return any(field.startswith(b"p") and PART in said for entry in entries for field, said in entry.items())

    @property
    def searchers(self) -> list[int]:
        """Hosts and Lean processes, on nodes and elsewhere."""
        return [*called("ray::Host"), *called(self.lean)]


@asynccontextmanager
async def stage(toolchain: Toolchain, folder: Path) -> AsyncIterator[Stage]:
    """In the end nothing searches any more."""
    assert isinstance(toolchain, EmbeddedLean)
    server = RedisServer(folder)
    try:
        async with ray_cluster(1, 2) as cluster:
            stage = Stage(folder, cluster, server, str(toolchain.node))
            yield stage
            await gone(stage.searchers)
            assert not stage.searchers
    finally:
        server.close()


@pytest.mark.full
@isolated(PATIENCE, first="toolchain")
async def test_undisturbed(toolchain: Toolchain, tmp_path: Path) -> None:
    async with stage(toolchain, tmp_path) as here:
        command = here.command()
        command.ends_as_undisturbed()
        assert "2 of 2 nodes ready, 4 places" in command.said
        assert command.record("sum_of_even")["telemetry"]["subgoals_proved"]
        assert command.record("half")["telemetry"]["subgoals_proved"]


@pytest.mark.full
@isolated(PATIENCE, first="toolchain")
async def test_a_host_that_is_killed_costs_the_searches_it_was_at(toolchain: Toolchain, tmp_path: Path) -> None:
    async with stage(toolchain, tmp_path) as here:
        command = here.command()
        command.until_said("2 of 2 nodes ready")
        here.half_way(command)
        [victim] = hosts(2)
        os.kill(victim, signal.SIGKILL)
        command.until_said("1 of 2 nodes ready")
        command.ends_as_undisturbed()
        assert "raylet" not in command.said, "Ray's own words are for its log files"


@pytest.mark.full
@isolated(PATIENCE, first="toolchain")
async def test_a_node_may_go_and_come_back(toolchain: Toolchain, tmp_path: Path) -> None:
    async with stage(toolchain, tmp_path) as here:
        command = here.command()
        command.until_said("2 of 2 nodes ready")
        here.half_way(command)
        here.cluster.kill(2)
        command.until_said("1 of 1 nodes ready")
        here.cluster.start(2)
        command.ends_as_undisturbed()


@pytest.mark.full
@isolated(2 * PATIENCE, first="toolchain")
async def test_a_driver_that_is_killed_leaves_nothing_behind_and_the_same_command_goes_on(toolchain: Toolchain, tmp_path: Path) -> None:
    async with stage(toolchain, tmp_path) as here:
        first = here.command()
        here.half_way(first)
        everything = [*here.searchers, *below(first.process.pid)]
        first.process.kill()
        first.process.wait()
        await gone(everything)
        assert not here.searchers

        second = here.command()
        assert second.before
        second.ends_as_undisturbed()
        assert second.record("half")["telemetry"]["cache_hits"]  # the part that the first one proved


@pytest.mark.full
@isolated(PATIENCE, first="toolchain")
async def test_a_cache_that_is_killed_and_comes_back_is_missed_by_nobody(toolchain: Toolchain, tmp_path: Path) -> None:
    async with stage(toolchain, tmp_path) as here:
        command = here.command()
        here.half_way(command)
        here.server.kill()
        command.until_said(" is lost (")
        here.server.start()
        command.until_said(" is back after ")
        command.ends_as_undisturbed()
        assert here.server.client().zcard("stepwise:index:proved") > len(PROVED)  # what was found meanwhile as well


@pytest.mark.full
@isolated(PATIENCE, first="toolchain")
async def test_without_a_cache_it_runs_as_well_and_an_interrupted_one_ends_with_a_line(toolchain: Toolchain, tmp_path: Path) -> None:
    async with stage(toolchain, tmp_path) as here:
        command = here.command("off")
        command.until(lambda: bool(command.records))
        command.process.send_signal(signal.SIGINT)
        assert command.process.wait(60) == 130, command.said
        assert command.said.splitlines()[-1] == "prover: interrupted; the same command continues the run"
        assert "Traceback" not in command.said
