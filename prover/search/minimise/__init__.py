"""Makes finished proofs shorter and readable. Knows Lean as a protocol: states are values, so only what lies behind a change is run again."""

from prover.search.minimise.loop import Minimised, minimise, minimised
from prover.search.minimise.replay import Lean, MinimiseLimits

__all__ = ["Lean", "MinimiseLimits", "Minimised", "minimise", "minimised"]
