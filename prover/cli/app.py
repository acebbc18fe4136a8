"""`prover`: the command group. One module per verb."""

import click

from prover import __version__
from prover.cli.cache import cache
from prover.cli.check import check
from prover.cli.doctor import doctor
from prover.cli.exits import OneLineGroup
from prover.cli.policy import policy
from prover.cli.prove import prove
from prover.cli.settings import settings
from prover.cli.setup import setup


@click.group(cls=OneLineGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="stepwise prover")
def main() -> None:
    """Stepwise: Lean 4 theorem proving by best-first tactic search."""


for command in (setup, settings, doctor, prove, check, cache, policy):
    main.add_command(command)
