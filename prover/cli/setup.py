"""`prover setup`: provision the embedded Lean."""

from pathlib import Path

import click

from prover.cli.environment import Progress, environ_with_cache, stderr_console
from prover.cli.exits import command_body
from prover.lean.program import stepwise_program
from prover.lean.toolchain import cache_dir as cache_dir_of
from prover.lean.toolchain import provision_embedded


@click.command()
@click.option("--cache-dir", type=click.Path(path_type=Path), help="Where to keep it [default: $STEPWISE_CACHE, else the user's cache folder].")
@command_body
async def setup(cache_dir: Path | None) -> int:
    """Install the embedded Lean (about 600 MB on disk), once; afterwards nothing needs the network."""
    console = stderr_console()
    cache = cache_dir_of(environ_with_cache(cache_dir))
    with Progress(console) as progress:
        lean = provision_embedded(cache, progress=progress.show)
        lean.prepare(stepwise_program(cache), progress=progress.show)
    click.echo(f"ready: {lean.identity}")
    return 0
