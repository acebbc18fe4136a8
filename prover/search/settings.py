"""What a search does and what it may spend, as values. What each means to a user is said in `prover.config`, which has the same names."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Budget:
    """What one search may spend; whichever ends first ends it.

    Attributes:
        seconds: wall clock, Lean restarts included.
        expansions: questions to the policy.
        lean_steps: tactics run.
    """

    seconds: float = 60.0
    expansions: int = 1_000_000
    lean_steps: int = 10_000_000


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """Attributes:
    nodes: goals: groups of goals that share no metavariable are problems of their own, all of which a step must have proved; states: whole states.
    merge: renaming: what is equal up to the names and the order of hypotheses is one node; text: what Lean prints alike.
    paths: best: a node that is reached again on a likelier path moves up; first: it keeps the path that found it.
    alpha: exponent of the path length in the score, one for each pass (the last holds); 0 is Σ log p, larger values favour depth.
    logprob: sum: of a tactic's tokens; mean: per token.
    samples: proposals per expansion.
    temperatures: that a node's first, second, … question is asked at, the last for all further ones; none leaves it to the policy.
    max_depth: longest path, in tactics.
    max_width: most steps of one node that are followed.
    max_asks: most questions about one node.
    again: log-probability that a node loses each time it is asked about again.
    repeats: log-probability that a node loses besides when all that the policy said about it had been said before; in proportion.
    value_weight: log-probability that an expected remaining step costs, where there is a value function.
    finishers: tactics tried on a node before the policy is asked; finisher_heartbeats is what each may spend.
    ahead: nodes in expansion at once. At 1 the steps of a node still run side by side, but their results are taken in order: the same seed gives the
        same search.
    passes: searches from the beginning, each with its own seed, alpha and share of the budget (pass_expansions, pass_seconds).
    seed: of the policy.
    """

    nodes: Literal["goals", "states"] = "goals"
    merge: Literal["renaming", "text"] = "renaming"
    paths: Literal["best", "first"] = "best"
    alpha: tuple[float, ...] = (0.5,)
    logprob: Literal["sum", "mean"] = "sum"
    samples: int = 8
    temperatures: tuple[float, ...] = ()
    max_depth: int = 40
    max_width: int = 1_000
    max_asks: int = 1_000
    again: float = -2.0
    repeats: float = 0.0
    value_weight: float = 0.0
    finishers: tuple[str, ...] = ()
    finisher_heartbeats: int = 1_000
    ahead: int = 1
    passes: int = 1
    pass_expansions: int = 1_000_000
    pass_seconds: float = 1e9
    seed: int = 0
