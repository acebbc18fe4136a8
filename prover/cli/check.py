"""`prover check`: the judge alone, on files that already hold proofs."""

import json
import sys
from pathlib import Path

import click

from prover.cli.environment import LeanChoice, crew_of, find_lean, lean_options, stderr_console
from prover.cli.exits import FAILED, UNUSABLE, command_body
from prover.cli.targets import TargetError, explain, read_targets
from prover.lean.stepper import Declaration, SourceError, StepLimits
from prover.proof.verdict import CannotJudge, Refused, Verdict, Verified, status


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON line per theorem on standard output.")
@lean_options
@command_body
async def check(files: tuple[Path, ...], as_json: bool, lean: LeanChoice, project: Path | None, cache_dir: Path | None) -> int:
    """Judge every theorem of the files: kernel replay, statement and axioms.

    Exit code: 0 all verified, 1 some refused, 2 some could not be judged.
    """
    sources = read_targets([str(file) for file in files], None, sys.stdin.buffer)
    console = stderr_console()
    found = find_lean(lean, project, cache_dir, console)
    worst = 0
    async with crew_of(found, workers=1, limits=StepLimits(), judge_seconds=300.0) as crew:
        crew.warm_up(1)
        for source in sources:
            try:
                declarations = await crew.steppers[0].scan(source.text, everything=True)
            except SourceError as error:
                raise TargetError(explain(source, error)) from error
            if not declarations:
                raise TargetError(f"{source.origin}: no theorem in this file")
            for declaration in declarations:
                verdict = await crew.judge.judge_file(declaration.statement, source.text)
                _show(f"{source.origin}:{declaration.line}", declaration, verdict, as_json)
                worst = max(worst, _code(verdict))
    return worst


def _code(verdict: Verdict) -> int:
    match verdict:
        case Verified():
            return 0
        case Refused():
            return FAILED
        case CannotJudge():
            return UNUSABLE


def _show(origin: str, declaration: Declaration, verdict: Verdict, as_json: bool) -> None:
    name = declaration.statement.name
    axioms = [] if isinstance(verdict, CannotJudge) else list(verdict.axioms)
    reason = "" if isinstance(verdict, Verified) else verdict.reason
    if as_json:
        row = {
            "name": name,
            "origin": origin,
            "status": status(verdict),
            "axioms": axioms,
            "reason": reason,
            "lean": verdict.lean,
            "statement_hash": declaration.statement.hash,
        }
        click.echo(json.dumps(row, ensure_ascii=False))
    else:
        click.echo(f"{origin}: {name}: {status(verdict).replace('_', ' ')}{f': {reason}' if reason else ''}")
