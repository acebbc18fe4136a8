"""`python -m prover`: the command line."""

from prover.cli.app import main

main(prog_name="prover")
