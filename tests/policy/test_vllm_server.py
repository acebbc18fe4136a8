"""A real vLLM server, on the CPU, with a tiny model: searches run through it, and its death in the middle of one is a fault.

Runs where vLLM is installed: `make test-vllm`. The server's start takes half a minute and 3 GB.
"""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from prover.config import PolicyConfig, Settings
from prover.evaluation.run_directory import RunDirectory
from prover.evaluation.runner import Crew, Run
from prover.evaluation.solvers import SearchSolver
from prover.evaluation.tasks import Task
from prover.lean.judge import Judge
from prover.lean.pool import Pool, PoolSettings
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import StepLimits
from prover.lean.toolchain import Toolchain, cache_dir
from prover.policy.causal_lm import load
from prover.policy.server import connect
from prover.proof.proposal import PolicyFault, Question
from prover.proof.statement import Statement
from tests.policy.states import RECORDED, plain, recorded

pytestmark = pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vLLM is not installed here; `make test-vllm` has it")

START_SECONDS = 300
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "TORCHDYNAMO_DISABLE": "1",  # compiling costs a tiny model more than it saves
}


class Server:
    """A server process in a group of its own."""

    def __init__(self, model: Path, log: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/v1"
        self._log = log
        command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(model), "--served-model-name", "tiny"]
        options = ["--host", "127.0.0.1", "--port", str(port), "--dtype", "float32", "--max-model-len", "512", "--enforce-eager"]
        # With chunked prefill a request's own seed ends this version's engine under load.
        options.append("--no-enable-chunked-prefill")
        with log.open("ab") as output:
            self._process = subprocess.Popen([*command, *options], env={**os.environ, **QUIET}, stdout=output, stderr=output, start_new_session=True)

    def ready(self) -> "Server":
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self._log.read_text(errors="replace")[-3_000:]
            try:
                with urllib.request.urlopen(f"{self.url}/models", timeout=2):
                    return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        raise AssertionError(f"vLLM did not start within {START_SECONDS} s: {self._log.read_text(errors='replace')[-3_000:]}")

    def kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vllm") / "server.log"


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tiny: Path, log: Path, port: int) -> Iterator[Server]:
    server = Server(tiny, log, port)
    yield server.ready()
    server.kill()


def config(server: Server) -> PolicyConfig:
    return PolicyConfig(kind="server", endpoints=(server.url,), max_tokens=48, retries=1, timeout=20.0)


@pytest.mark.parametrize("temperature", [0.0, 0.3])
async def test_its_log_probabilities_are_at_temperature_1_with_the_end_of_the_text(server: Server, tiny: Path, temperature: float) -> None:
    """Compared on the likeliest text, whose tokens are known without being sent; other spellings of it may be drawn as well."""
    policy = await connect(config(server), {})
    engine = load(PolicyConfig(kind="transformers", model=str(tiny), max_tokens=48, device="cpu"))
    names = sorted(RECORDED, key=lambda name: len(recorded(name).pp))[:6]
    asked = [Question(recorded(name), 8, temperature=temperature, seed=seed) for seed, name in enumerate(names)]
    compared = 0
    for greedy, answer in zip(engine.answer([replace(question, temperature=0.0) for question in asked]), await policy.propose(asked), strict=True):
        assert len(answer.proposals) + answer.truncated + answer.dropped == (8 if temperature else 1)
        assert answer.tokens_in == greedy.tokens_in
        if greedy.proposals:
            likeliest = greedy.proposals[0]
            drawn = [p.token_logprobs for p in answer.proposals if p.tactic == likeliest.tactic]
            compared += any(logprobs == pytest.approx(likeliest.token_logprobs, abs=2e-3) for logprobs in drawn)
    await policy.close()
    assert compared >= 3


async def test_a_prompt_longer_than_its_context_is_counted(server: Server) -> None:
    policy = await connect(config(server), {})
    [answer] = await policy.propose([Question(plain("h : " + "x + " * 1_000 + "x = 0\n⊢ False"), 2)])
    assert (answer.proposals, answer.truncated) == ((), 1)
    await policy.close()


async def test_a_search_runs_through_it_and_ends_in_a_fault_when_it_is_killed_and_continues_when_it_is_back(
    server: Server, tiny: Path, log: Path, port: int, toolchain: Toolchain, tmp_path: Path
) -> None:
    settings = Settings.model_validate({"budget": {"seconds": 240.0}, "policy": config(server).model_dump()})
    program = stepwise_program(cache_dir(os.environ))
    crew = Crew(Pool(Recipe(toolchain, program), PoolSettings(1, 0), StepLimits(seconds=20.0)), Judge(toolchain, program), toolchain.lean_version)
    directory = RunDirectory(tmp_path / "run", {})
    easy = Task(Statement("easy", "", "theorem easy (n : Nat) (h : n = 3) : n + 1 = 4"), "easy")
    hard = Task(Statement("hard", "", "theorem hard (f : Nat → Nat) (h : ∀ n, f (n + 1) > f n) : ∃ m, f m > 2 ^ 50"), "hard")
    policy = await connect(settings.policy, {})
    killer = Killer(server, after=5)
    try:
        [proved] = await Run(crew, SearchSolver(crew.pool, policy, settings, directory), settings.minimise, directory, killer).prove([easy])
        assert proved["status"] == "proved", proved
        killer.armed = True
        [faulted] = await Run(crew, SearchSolver(crew.pool, policy, settings, directory), settings.minimise, directory, killer).prove([hard])
        assert faulted["status"] == "faulted", faulted
        assert "cannot be reached" in faulted["message"]
        assert faulted["expansions"] >= 5
        killer.armed = False
        back = Server(tiny, log, port).ready()
        try:
            again = Task(Statement("again", "", "theorem again (p q : Prop) (h : p) : p ∨ q ∨ False ∨ p"), "again")
            short = settings.model_copy(update={"budget": settings.budget.model_copy(update={"seconds": 20.0})})
            [continued] = await Run(crew, SearchSolver(crew.pool, policy, short, directory), short.minimise, directory, killer).prove([again])
            assert continued["status"] in ("proved", "out_of_budget"), continued
            assert continued["expansions"] > 0
        finally:
            back.kill()
    finally:
        directory.close()
        await policy.close()
        await crew.close()
    with pytest.raises(PolicyFault, match="cannot be reached"):
        await connect(config(server), {})


class Killer:
    """Kills the server at the sixth expansion of a search, once it is armed. An observer of runs."""

    def __init__(self, server: Server, after: int) -> None:
        self._server, self._after = server, after
        self.armed = False

    def started(self, *_: object) -> None:
        """Not of interest."""

    def finished(self, *_: object) -> None:
        """Not of interest."""

    def searching(self, worker: int, task: Task, goal: str, telemetry: object) -> None:
        if self.armed and getattr(telemetry, "expansions", 0) >= self._after:
            self._server.kill()
