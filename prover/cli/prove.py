"""`prover prove`: search, judge, write proofs."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from prover import __version__
from prover.cli.environment import LeanChoice, crew_of, environ_with_cache, find_lean, lean_options, stderr_console
from prover.cli.exits import FAILED, command_body
from prover.cli.progress import JsonLines, Live, Log, Observers, summary
from prover.cli.solving import searchers_of, solver_of
from prover.cli.targets import CORE_HEADER, TargetError, find_tasks, first_line, read_targets
from prover.config import load, recorded
from prover.evaluation.run_directory import RunDirectory, digest
from prover.evaluation.runner import Run
from prover.evaluation.tasks import unique


@click.command()
@click.argument("targets", nargs=-1, metavar="TARGET...")
@click.option("--statement", help='A theorem given here, e.g. "theorem t (n : Nat) : n + 0 = n".')
@click.option("--timeout", "seconds", type=click.FloatRange(min=0, min_open=True), help="Seconds per theorem.")
@click.option("--max-expansions", type=click.IntRange(min=1), help="Questions to the policy per theorem.")
@click.option("--workers", type=click.IntRange(min=1), help="Lean processes that search.")
@click.option("--alpha", type=click.FloatRange(min=0), help="Exponent of the path length in the score.")
@click.option("--samples", type=click.IntRange(min=1), help="Proposals per expansion.")
@click.option("--policy", type=click.Choice(["automation", "transformers", "server", "vllm", "mixture"]), help="What proposes tactics.")
@click.option("--model", metavar="FOLDER|NAME", help="Model of the policy: a folder, a hub name, or the name that a server gives it.")
@click.option("--planner", type=click.Choice(["none", "structural", "llm"]), help="What cuts hard theorems into subgoals for a team [default: none].")
@click.option("--cache", metavar="off|embedded|URL", help="Shared proof cache: a Redis of its own, or yours [default: off].")
@click.option("--cluster", metavar="HOST:PORT", help="Search on the nodes of a Ray cluster; auto: the one that this machine is part of.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of everything random.")
@click.option("--no-minimise", is_flag=True, help="Leave proofs as the search found them.")
@click.option(
    "--header",
    default="as-is",
    show_default=True,
    metavar="as-is|core|FILE",
    help="Keep each file's header, or replace it: core Lean with ℕ ℤ ℚ, or a file's text.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Run directory [default: stepwise-runs/NAME, named after targets and settings].")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Write one JSON line per theorem as it ends (- for standard output).",
)
@click.option("--config", type=click.Path(path_type=Path), help="Settings file (TOML), or one that comes with it: default, bfs-prover-v2.")
@click.option("--set", "overrides", multiple=True, metavar="SECTION.KEY=VALUE", help="Override one setting; repeatable.")
@click.option("--graphs", is_flag=True, help="Write every search graph as node-link JSON and GraphML.")
@click.option("--fresh", is_flag=True, help="Forget earlier results of this run directory.")
@lean_options
@command_body
async def prove(
    targets: tuple[str, ...],
    statement: str | None,
    header: str,
    out: Path | None,
    json_file: Path | None,
    config: Path | None,
    overrides: tuple[str, ...],
    graphs: bool,
    fresh: bool,
    cluster: str | None,
    no_minimise: bool,
    lean: LeanChoice,
    project: Path | None,
    cache_dir: Path | None,
    **options: Any,
) -> int:
    """Prove theorems.

    TARGET is FILE.lean (every theorem whose proof is sorry), FILE.lean:NAME, FILE.lean#L42, a folder, FILE.jsonl
    (name, header, statement), or - for standard input. Exit code: 0 all proved, 1 some not, 2 usage or infrastructure.
    """
    if not targets and statement is None:
        raise click.UsageError("nothing to prove: give a TARGET, or --statement")
    settings = load(config, [*overrides, *_as_overrides(options), *(["minimise.enabled=false"] if no_minimise else [])])
    if graphs and (cluster or settings.planner.kind != "none" or settings.cache.server != "off"):
        raise click.UsageError("--graphs is for one search alone: without --planner, --cache and --cluster")
    sources = read_targets(targets, statement, sys.stdin.buffer)
    header_text = _header(header)
    console = stderr_console()
    found = find_lean(lean, project, cache_dir, console)
    environ = environ_with_cache(cache_dir)
    async with searchers_of(cluster, found, cache_dir, settings, environ, console) as searchers:
        run_config = {
            "settings": recorded(settings),
            "header": header_text,
            "lean": found.toolchain.identity,
            "policy": searchers.identity,
            "stepwise": __version__,
        }
        directory = RunDirectory(out or _default_out(targets, sources[0].text, run_config), run_config, fresh=fresh, graphs=graphs)
        try:
            async with (
                crew_of(found, settings.lean if cluster is None else settings.lean.model_copy(update=_DRIVER)) as crew,
                solver_of(searchers, found, crew, settings, directory, environ, console) as solver,
            ):
                crew.warm_up(min(len(crew.pool.workers), len(sources)) if all(s.row for s in sources) else len(crew.pool.workers))
                tasks = unique(await find_tasks(sources, crew.pool, header_text))
                earlier = [record for task in tasks if (record := directory.done(task.statement.name, task.statement.hash))]
                if earlier:
                    console.print(f"continuing {directory.path}: {len(earlier)} of {len(tasks)} done before (--fresh starts over)", highlight=False)
                view = Live if console.is_terminal else Log
                observers = Observers(view(console, len(tasks), len(earlier)), JsonLines(json_file, earlier))
                with observers:
                    records = await Run(crew, solver, settings.minimise, directory, observers).prove(tasks)
        finally:
            directory.close()
    summary(console, records, directory.path)
    if statement is not None and len(records) == 1 and records[0]["status"] == "proved":
        click.echo("\n".join(records[0]["proof"]))
    if any(record["status"] == "faulted" for record in records):
        raise TargetError(f"{_faults(records)}; the same command tries again")
    return 0 if all(record["status"] == "proved" for record in records) else FAILED


_DRIVER = {"workers": 1, "spares": 0}
"""Where nodes search, this machine's Lean reads the files and minimises the proofs."""


def _as_overrides(options: dict[str, Any]) -> list[str]:
    keys = {
        "seconds": "budget.seconds",
        "max_expansions": "budget.expansions",
        "workers": "lean.workers",
        "alpha": "search.alpha",
        "samples": "search.samples",
        "policy": "policy.kind",
        "model": "policy.model",
        "planner": "planner.kind",
        "cache": "cache.server",
        "seed": "search.seed",
    }
    # A string is quoted: a model named 2026 is a name, not a number.
    return [f"{keys[name]}={json.dumps(value, ensure_ascii=False)}" for name, value in options.items() if value is not None]


def _header(header: str) -> str | None:
    if header == "as-is":
        return None
    if header == "core":
        return CORE_HEADER
    try:
        return Path(header).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TargetError(f"--header {header}: {error} (give as-is, core or a file)") from error


def _default_out(targets: tuple[str, ...], text: str, config: dict[str, Any]) -> Path:
    stem = Path(targets[0]).stem.split(":")[0] if targets and targets[0] != "-" else "statement"
    place = [str(Path(target).absolute()) for target in targets] or [text]
    return Path("stepwise-runs") / f"{stem or 'run'}-{digest([place, config])}"


def _faults(records: list[dict[str, Any]]) -> str:
    faults = [record for record in records if record["status"] == "faulted"]
    return f"{len(faults)} of {len(records)} ended in a fault of the machine, first {faults[0]['name']}: {first_line(faults[0]['message'])}"
