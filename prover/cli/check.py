"""`prover check`: the judge alone, on files that already hold proofs, whoever made them."""

import json
import sys
from pathlib import Path

import click

from prover.cli.environment import LeanChoice, find_lean, lean_options, stderr_console
from prover.cli.exits import FAILED, UNUSABLE, command_body
from prover.cli.targets import Target, TargetError, explain, read_targets
from prover.lean.judge import JUDGE_SECONDS, Judge
from prover.lean.stepper import Declaration, SourceError
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
    "--timeout", "seconds", type=click.FloatRange(min=0, min_open=True), default=JUDGE_SECONDS, show_default=True, help="Seconds per verdict."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON line per theorem on standard output.")
@lean_options
@command_body
async def check(
    files: tuple[Path, ...],
    challenge: Path | None,
    seconds: float,
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
    judge = Judge(found.toolchain, found.program, seconds=seconds)
    judge.warm_up()
    try:
        report = _Report(as_json)
        if wanted is None:
            for source in sources:
                await _judge_own(judge, source, report)
        else:
            await _judge_against(judge, wanted, sources, report)
        return report.code
    finally:
        await judge.close()


async def _judge_own(judge: Judge, source: Target, report: "_Report") -> None:
    try:
        declarations = await judge.theorems_of(source.text)
    except SourceError as error:
        raise TargetError(explain(source, error)) from error
    if not declarations:
        raise TargetError(f"{source.origin}: no theorem in this file")
    for declaration in declarations:
        verdict = await judge.judge_own(declaration.statement.name, source.text)
        report.show(f"{source.origin}:{declaration.line}", declaration.statement, verdict)


async def _judge_against(judge: Judge, wanted: list[Target], sources: list[Target], report: "_Report") -> None:
    asked: list[tuple[str, Declaration]] = []
    for challenge in wanted:
        try:
            asked += [(challenge.origin, declaration) for declaration in await judge.read_challenge(challenge.text)]
        except SourceError as error:
            raise TargetError(explain(challenge, error)) from error
    if not asked:
        raise TargetError(f"{wanted[0].origin}: no theorem in this file")
    declared = {source.origin: await _names(judge, source) for source in sources}
    for origin, declaration in asked:
        statement = declaration.statement
        # A file that cannot even be read for its theorems is judged for all of them: its verdicts say why.
        provers = [source for source in sources if (names := declared[source.origin]) is None or statement.name in names]
        for source in provers:
            report.show(source.origin, statement, await judge.judge_file(statement, source.text))
        if not provers:
            report.show(f"{origin}:{declaration.line}", statement, Refused("no file declares this theorem", (), Circumstances("")))


async def _names(judge: Judge, source: Target) -> set[str] | None:
    try:
        return {declaration.statement.name for declaration in await judge.theorems_of(source.text)}
    except SourceError:
        return None


class _Report:
    """Prints verdicts as they come; ``code`` is the worst of them."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self.code = 0

    def show(self, origin: str, statement: Statement, verdict: Verdict) -> None:
        self.code = max(self.code, _code(verdict))
        reason = "" if isinstance(verdict, Verified) else verdict.reason
        if self._as_json:
            row = {"name": statement.name, "origin": origin, "status": status(verdict), **details(verdict), "statement_hash": statement.hash}
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            proved = "" if verdict.circumstances.compared or not verdict.circumstances.statement else f": {verdict.circumstances.statement}"
            click.echo(f"{origin}: {statement.name}: {status(verdict).replace('_', ' ')}{f': {reason}' if reason else proved}")


def _code(verdict: Verdict) -> int:
    match verdict:
        case Verified():
            return 0
        case Refused():
            return FAILED
        case CannotJudge():
            return UNUSABLE
