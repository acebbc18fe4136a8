"""`prover check`: the judge alone, on files that already hold proofs, whoever made them."""

import json
import sys
from pathlib import Path

import click

from prover.cli.environment import LeanChoice, find_lean, lean_options, stderr_console
from prover.cli.exits import FAILED, UNUSABLE, command_body
from prover.cli.targets import Target, TargetError, explain, read_targets
from prover.cli.text import one_line
from prover.lean.judge import JUDGE_SECONDS, Judge
from prover.lean.stepper import SourceError
from prover.lean.worker import DeadlinePassed, WorkerDied
from prover.proof.statement import Statement
from prover.proof.verdict import CannotJudge, Circumstances, Refused, Verdict, Verified, details, status


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--against",
    "challenge",
    type=click.Path(path_type=Path),
    metavar="CHALLENGE",
    help="A Lean file of theorems without proofs: each FILE must prove those of them that it declares, and together all of them.",
)
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=JUDGE_SECONDS,
    show_default=True,
    help="Seconds per verdict, once Lean is ready.",
)
@click.option("--isolate", is_flag=True, help="Elaborate every file in a process of its own, so that no file can touch another's verdict.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line per theorem on standard output.")
@lean_options
@command_body
async def check(
    files: tuple[Path, ...],
    challenge: Path | None,
    seconds: float,
    isolate: bool,
    as_json: bool,
    lean: LeanChoice,
    project: Path | None,
    cache_dir: Path | None,
) -> int:
    """Judge proofs: kernel replay in a clean process, statement and axioms.

    With --against the statements come from CHALLENGE alone. Without, each file is judged for what it says itself that it proves, and the
    verdict says so. Exit code: 0 all verified, 1 some refused, 2 some could not be judged.
    """
    sources = read_targets([str(file) for file in files], None, sys.stdin.buffer)
    wanted = read_targets([str(challenge)], None, sys.stdin.buffer) if challenge is not None else None
    found = find_lean(lean, project, cache_dir, stderr_console())
    judge = Judge(found.toolchain, found.program, seconds=seconds, spares=int(isolate))
    judge.warm_up()
    try:
        report = _Report(as_json)
        asked = None if wanted is None else await _asked(judge, wanted)
        declared: set[str] = set()
        for number, source in enumerate(sources):
            if isolate and number:
                await judge.renew()
            if asked is None:
                await _judge_own(judge, source, report)
            else:
                declared |= await _judge_against(judge, asked, source, report)
        for origin, statement in asked or []:
            if statement.name not in declared:
                report.show(origin, statement, Refused("no file declares this theorem", (), Circumstances(found.toolchain.identity)))
        report.close()
        return report.code
    finally:
        await judge.close()


async def _judge_own(judge: Judge, source: Target, report: "_Report") -> None:
    try:
        declarations = await judge.theorems_of(source.text)
    except SourceError as error:
        raise TargetError(explain(source, error)) from error
    except (WorkerDied, DeadlinePassed) as error:
        report.show(source.origin, Statement(source.origin, "", ""), judge.unjudged(f"its theorems cannot be read: {error}"))
        return
    if not declarations:
        raise TargetError(f"{source.origin}: no theorem in this file")
    for declaration in declarations:
        verdict = await judge.judge_own(declaration.statement.name, source.text)
        report.show(f"{source.origin}:{declaration.line}", declaration.statement, verdict)


async def _asked(judge: Judge, challenges: list[Target]) -> list[tuple[str, Statement]]:
    """The theorems that the challenges ask for, each with its place."""
    asked: list[tuple[str, Statement]] = []
    for challenge in challenges:
        try:
            declarations = await judge.read_challenge(challenge.text)
        except SourceError as error:
            raise TargetError(explain(challenge, error)) from error
        asked += [(f"{challenge.origin}:{declaration.line}", declaration.statement) for declaration in declarations]
    if not asked:
        raise TargetError(f"{challenges[0].origin}: no theorem in this file")
    return asked


async def _judge_against(judge: Judge, asked: list[tuple[str, Statement]], source: Target, report: "_Report") -> set[str]:
    """Judges a file for the theorems that it declares; their names. One that cannot be read for them is judged for all: its verdicts say why."""
    try:
        names = {declaration.statement.name for declaration in await judge.theorems_of(source.text)}
    except (SourceError, WorkerDied, DeadlinePassed):
        names = {statement.name for _, statement in asked}
    for _, statement in asked:
        if statement.name in names:
            report.show(source.origin, statement, await judge.judge_file(statement, source.text))
    return names


class _Report:
    """Prints verdicts as they come; ``code`` is the worst of them."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._circumstances = Circumstances("")
        self.code = 0

    def show(self, origin: str, statement: Statement, verdict: Verdict) -> None:
        self.code = max(self.code, _code(verdict))
        self._circumstances = verdict.circumstances
        reason = "" if isinstance(verdict, Verified) else verdict.reason
        if self._as_json:
            row = {"name": statement.name, "origin": origin, "status": status(verdict), **details(verdict), "statement_hash": statement.hash}
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            proved = "" if verdict.circumstances.compared or not verdict.circumstances.statement else f": {verdict.circumstances.statement}"
            text = f"{statement.name}: {status(verdict).replace('_', ' ')}{f': {reason}' if reason else proved}"
            click.echo(f"{origin}: {one_line(text)}")

    def close(self) -> None:
        """Says, once and on stderr, what all the verdicts rest on."""
        if not self._as_json:
            click.echo(f"judged by {self._circumstances.lean}", err=True)
            for gap in self._circumstances.not_enforced:
                click.echo(f"not enforced: {gap}", err=True)


def _code(verdict: Verdict) -> int:
    match verdict:
        case Verified():
            return 0
        case Refused():
            return FAILED
        case CannotJudge():
            return UNUSABLE
