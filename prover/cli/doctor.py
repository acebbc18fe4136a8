"""`prover doctor`: what is here, what is missing, and how to get it."""

import platform
import shutil
from importlib import metadata
from pathlib import Path

import click

from prover import __version__
from prover.cli.environment import LeanChoice, environ_with_cache, lean_options
from prover.cli.exits import UNUSABLE, command_body
from prover.lean.dojo.lean import find_dojo
from prover.lean.embedded.nodejs import find_node
from prover.lean.process import Recipe, not_enforced
from prover.lean.program import stepwise_program
from prover.lean.toolchain import ToolchainError, find_embedded, find_native
from prover.lean.toolchain import cache_dir as cache_dir_of
from prover.lean.worker import Worker, WorkerDied

GIGABYTE = 1024**3
WORKER_GIGABYTES = 2.0


@click.command()
@click.option("--quick", is_flag=True, help="Do not start Lean.")
@lean_options
@command_body
async def doctor(quick: bool, lean: LeanChoice, project: Path | None, cache_dir: Path | None) -> int:
    """Say what this machine has: Python, Node, Lean, memory; and what to do about what is missing."""
    report = _Report()
    report.ok("stepwise", f"{__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    report.ok("packages", ", ".join(f"{name} {metadata.version(name)}" for name in ("click", "rich", "pydantic")))
    report.ok("memory", _memory())
    cache = cache_dir_of(environ_with_cache(cache_dir))
    free = shutil.disk_usage(next(p for p in (cache, *cache.parents) if p.exists())).free / GIGABYTE
    report.say(free > 1.5, "disk", f"{free:.1f} GB free at {cache}", "the embedded Lean needs 1.5 GB; --cache-dir or STEPWISE_CACHE moves it")
    try:
        report.ok("node", str(find_node()))
    except ToolchainError as error:
        report.missing("node", str(error))
    embedded = find_embedded(cache)
    if embedded is None:
        report.missing("embedded Lean", "not installed yet; `prover setup` installs it (or the first `prover prove` does)")
    else:
        report.ok("embedded Lean", embedded.identity)
    try:
        native = find_native(project, environ_with_cache(cache_dir))
        report.ok("native Lean", f"{native.identity}; the program is {native.how(stepwise_program(cache))}")
    except ToolchainError as error:
        report.note("native Lean", f"{error}")
    try:
        report.ok("lean-dojo", find_dojo(environ_with_cache(cache_dir)).identity)
    except ToolchainError as error:
        report.note("lean-dojo", str(error))
    if embedded is not None:
        for gap in not_enforced(Recipe(embedded, Path(), role="elaborate")) or ("nothing is left open on this machine",):
            report.note("containment", gap)
    if embedded is not None and not quick:
        worker = Worker(Recipe(embedded, stepwise_program(cache)))
        try:
            await worker.request({"op": "stats"}, 60)
            report.ok("stepper", f"ready, {worker.resident_bytes / 1024**2:.0f} MB resident per worker")
        except WorkerDied as error:
            report.missing("stepper", str(error))
        finally:
            await worker.close()
    return UNUSABLE if report.failed else 0


def _memory() -> str:
    fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    available = int(fields["MemAvailable"].split()[0]) / 1024**2
    return f"{available:.1f} GB available: room for {int(available / WORKER_GIGABYTES)} Lean processes of the embedded Lean"


class _Report:
    def __init__(self) -> None:
        self.failed = False

    def ok(self, what: str, text: str) -> None:
        self._line("ok", what, text)

    def note(self, what: str, text: str) -> None:
        self._line("–", what, text)

    def missing(self, what: str, text: str) -> None:
        self.failed = True
        self._line("missing", what, text)

    def say(self, good: bool, what: str, text: str, otherwise: str) -> None:
        self._line("ok" if good else "low", what, text if good else f"{text}; {otherwise}")

    def _line(self, mark: str, what: str, text: str) -> None:
        click.echo(f"{mark:<8}{what:<16}{text}")
