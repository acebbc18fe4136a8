"""The one place where errors become a line and an exit code."""

import asyncio
import functools
import sys
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

import click

from planners.chat.journal import JournalError
from planners.planner import PlannerFault
from prover.cache.server import CacheUnavailable
from prover.cli.targets import TargetError
from prover.config import ConfigError
from prover.evaluation.run_directory import RunDirectoryError
from prover.evaluation.tasks import DuplicateStatements
from prover.lean.toolchain import ToolchainError
from prover.lean.worker import DeadlinePassed, WorkerDied
from prover.proof.proposal import PolicyFault
from prover.team.cluster import ClusterUnavailable

P = ParamSpec("P")

USER_ERRORS = (
    CacheUnavailable,
    ClusterUnavailable,
    ConfigError,
    DeadlinePassed,
    DuplicateStatements,
    JournalError,
    PlannerFault,
    PolicyFault,
    RunDirectoryError,
    TargetError,
    ToolchainError,
    WorkerDied,
)
FAILED, UNUSABLE, INTERRUPTED = 1, 2, 130


class Unusable(click.ClickException):
    """Usage or infrastructure: one line, exit code 2."""

    exit_code = UNUSABLE

    def show(self, file: Any = None) -> None:
        click.echo(f"prover: {self.format_message()}", err=True)


class OneLineGroup(click.Group):
    """A command group whose usage errors are one line as well."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the command line and exits."""
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.UsageError as error:
            where = error.ctx.command_path if error.ctx else "prover"
            click.echo(f"prover: {error.format_message()} (see {where} --help)", err=True)
            sys.exit(UNUSABLE)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(INTERRUPTED)
        sys.exit(code if isinstance(code, int) else 0)


def command_body(body: Callable[P, Coroutine[Any, Any, int]]) -> Callable[P, None]:
    """Runs an asynchronous command body; its result is the exit code, its known errors are one line each."""

    @functools.wraps(body)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = asyncio.run(body(*args, **kwargs))
        except ExceptionGroup as group:
            error = _first(group)
            if isinstance(error, USER_ERRORS):
                raise Unusable(str(error)) from group
            raise
        except USER_ERRORS as error:
            raise Unusable(str(error)) from error
        except KeyboardInterrupt:
            click.echo("prover: interrupted; the same command continues the run", err=True)
            code = INTERRUPTED
        sys.exit(code)

    return run


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    error: BaseException = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
