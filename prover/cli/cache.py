"""`prover cache`: the shared proof cache."""

import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from prover.cache.catalogue import Catalogue, Statistics
from prover.cache.codec import Corrupt, Environment, Unstorable
from prover.cache.entries import ProvedClaim
from prover.cache.exchange import MAX_LINE, line_of, read_line
from prover.cache.names import Kind
from prover.cache.opening import open_redis
from prover.cache.redis_cache import RedisCache
from prover.cli.environment import LeanChoice, crew_of, environ_with_cache, find_lean, lean_options, lean_words, stderr_console
from prover.cli.exits import FAILED, command_body
from prover.cli.text import one_line
from prover.config import CacheConfig, LeanConfig
from prover.evaluation.recheck import CannotTell, DoesNotHold, Finding, Holds, recheck, statement_of
from prover.lean.toolchain import cache_dir as cache_dir_of

_SHOWN = 20
"""Lines of a file that are named one by one when they are refused."""

_SECONDS = 30.0
"""For one question: whoever looks after a cache would rather wait than do without."""


def cache_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--cache` and `--prefix`, which say which cache."""
    function = click.option("--prefix", default=CacheConfig().prefix, show_default=True, help="Of the cache's keys (cache.prefix).")(function)
    return click.option(
        "--cache", "server", default="embedded", show_default=True, metavar="SERVER", help="embedded, or redis://host:port/db, rediss://…, unix://…"
    )(function)


def folder_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--cache-dir",
        type=click.Path(path_type=Path),
        help="Where the embedded cache is kept [default: $STEPWISE_CACHE, else the user's cache folder].",
    )(function)


@click.group()
def cache() -> None:
    """The proof cache that runs share: look at it, carry it elsewhere, empty it, check it."""


@cache.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@cache_options
@folder_option
@command_body
async def stats(as_json: bool, server: str, prefix: str, cache_dir: Path | None) -> int:
    """Say how much is in the cache, of what kind, and how often it was of use."""
    async with _opened(server, prefix, cache_dir) as opened:
        statistics = await Catalogue(opened).statistics()
    if as_json:
        click.echo(json.dumps({"bytes": statistics.bytes, "counters": statistics.counters, "goals": statistics.goals}))
    else:
        for line in _table(statistics):
            click.echo(line)
    return 0


@cache.command()
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=False, atomic=True))
@cache_options
@folder_option
@command_body
async def export(file: TextIO, server: str, prefix: str, cache_dir: Path | None) -> int:
    """Write every entry to FILE (- for standard output), one JSON object a line."""
    written = 0
    async with _opened(server, prefix, cache_dir) as opened:
        async for key, stored in Catalogue(opened).entries(*Kind):
            file.write(line_of(key, stored) + "\n")
            written += 1
    click.echo(f"{written} entries written", err=True)
    return 0


@cache.command(name="import")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"))
@cache_options
@folder_option
@command_body
async def import_(file: TextIO, server: str, prefix: str, cache_dir: Path | None) -> int:
    """Add the entries of FILE (- for standard input), as export wrote them.

    Lines that are no entries are named and left out. Exit code: 0 all added, 1 some left out, 2 the server is not there.
    """
    added, refused, origin = 0, 0, getattr(file, "name", "<stdin>")
    async with _opened(server, prefix, cache_dir) as opened:
        catalogue = Catalogue(opened)
        for number, line in _numbered(file):
            try:
                key, stored = read_line(line)
                await catalogue.add(key, stored)
                added += 1
            except (Corrupt, Unstorable) as error:
                refused += 1
                if refused <= _SHOWN:
                    click.echo(f"{origin}:{number}: {error}", err=True)
    click.echo(f"{added} entries added, {refused} lines left out", err=True)
    return FAILED if refused else 0


@cache.command()
@click.option("--tried", is_flag=True, help="What was tried without success.")
@click.option("--all", "everything", is_flag=True, help="Everything, proofs and counters too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@cache_options
@folder_option
@command_body
async def clear(tried: bool, everything: bool, yes: bool, server: str, prefix: str, cache_dir: Path | None) -> int:
    """Remove what was tried (--tried), or everything (--all)."""
    if tried == everything:
        raise click.UsageError("give --tried or --all")
    async with _opened(server, prefix, cache_dir) as opened:
        what = "everything" if everything else "what was tried"
        if not yes:
            click.confirm(f"Remove {what} from {opened.link.server.name}, cache {prefix!r}?", abort=True, err=True)
        catalogue = Catalogue(opened)
        removed = await catalogue.clear_all() if everything else await catalogue.clear(Kind.TRIED)
    click.echo(f"{removed} {'keys' if everything else 'goals'} cleared", err=True)
    return 0


@cache.command()
@click.option("--keep", is_flag=True, help="Only report; remove nothing.")
@cache_options
@lean_options
@command_body
async def verify(keep: bool, server: str, prefix: str, lean: LeanChoice, project: Path | None, cache_dir: Path | None) -> int:
    """Replay every proof in the cache on Lean; remove those that do not hold.

    A proof can be replayed where its claim writes its goal out and the cache knows the header, for this very Lean; the others are counted.
    Exit code: 0 none failed, 1 some did, 2 usage or infrastructure.
    """
    async with _opened(server, prefix, cache_dir) as opened:
        catalogue = Catalogue(opened)
        known = {key.environment: stored.entry async for key, stored in catalogue.entries(Kind.ENVIRONMENT) if isinstance(stored.entry, Environment)}
        claims = [(key, stored.entry) async for key, stored in catalogue.entries(Kind.PROVED) if isinstance(stored.entry, ProvedClaim)]
        if not claims:
            click.echo("no proofs in the cache", err=True)
            return 0
        found = find_lean(lean, project, cache_dir, stderr_console())
        counts: Counter[type[Finding]] = Counter()
        async with crew_of(found, LeanConfig(workers=1, spares=0, tactic_bytes=MAX_LINE)) as crew:
            for key, claim in claims:
                environment = known.get(key.environment)
                if environment is None or environment.lean != lean_words(found.toolchain):
                    finding: Finding = CannotTell("another Lean's" if environment else "its header is not known")
                else:
                    finding = await recheck(crew.pool, environment.header, key, claim)
                    await crew.pool.forget(statement_of(environment.header, claim))
                counts[type(finding)] += 1
                if isinstance(finding, DoesNotHold):
                    click.echo(f"{key.environment} {key.goal}: {one_line(finding.reason)}")
                    if not keep:
                        await opened.drop(key, claim)
    fate = "kept" if keep else "removed"
    click.echo(f"{counts[Holds]} hold, {counts[DoesNotHold]} do not ({fate}), {counts[CannotTell]} cannot be replayed here", err=True)
    return FAILED if counts[DoesNotHold] else 0


@asynccontextmanager
async def _opened(server: str, prefix: str, cache_dir: Path | None) -> AsyncIterator[RedisCache]:
    config = CacheConfig(server=server, prefix=prefix, timeout=_SECONDS)
    environ = environ_with_cache(cache_dir)
    async with open_redis(config, cache_dir_of(environ), os.environ.get(config.password_variable)) as opened:
        yield opened


def _numbered(file: TextIO) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, of a file that may have endless ones."""
    number = 0
    while line := file.readline(MAX_LINE + 2):
        number += 1
        whole = line
        while not line.endswith("\n") and (line := file.readline(MAX_LINE)):
            pass
        if whole.strip():
            yield number, whole.rstrip("\n")


def _table(statistics: Statistics) -> Iterator[str]:
    yield f"size  about {statistics.bytes / 1e6:.1f} MB"
    total: Counter[Kind] = Counter()
    for environment, goals in sorted(statistics.goals.items()):
        total += goals
        yield f"environment {environment}  {_counted(goals)}"
    yield f"all environments  {_counted(total)}"
    for name, number in sorted(statistics.counters.items()):
        yield f"{name.replace('_', ' ')}  {number}"


def _counted(goals: Counter[Kind]) -> str:
    return ", ".join(f"{goals[kind]} {kind}" for kind in (Kind.PROVED, Kind.DISPROVED, Kind.TRIED))
