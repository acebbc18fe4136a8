"""`prover setup`: provision the embedded Lean, and build what a native one runs."""

from pathlib import Path

import click

from prover.cli.environment import Progress, environ_with_cache, stderr_console
from prover.cli.exits import command_body
from prover.lean.program import stepwise_program
from prover.lean.toolchain import cache_dir as cache_dir_of
from prover.lean.toolchain import find_native, provision_embedded


@click.command()
@click.option("--cache-dir", type=click.Path(path_type=Path), help="Where to keep it [default: $STEPWISE_CACHE, else the user's cache folder].")
@click.option("--project", type=click.Path(path_type=Path), help="A Lake project: build what its native Lean runs, too.")
@command_body
async def setup(cache_dir: Path | None, project: Path | None) -> int:
    """Install the embedded Lean (about 600 MB on disk), once; afterwards nothing needs the network."""
    console = stderr_console()
    environ = environ_with_cache(cache_dir)
    cache = cache_dir_of(environ)
    program = stepwise_program(cache)
    with Progress(console) as progress:
        lean = provision_embedded(cache, progress=progress.show)
        lean.prepare(program, progress=progress.show)
        native = find_native(project, environ) if project is not None else None
        if native is not None:
            native.prepare(program, progress=progress.show)
    click.echo(f"ready: {lean.identity}")
    if native is not None:
        click.echo(f"ready: {native.identity}; the program is {native.how(program)}")
    return 0
