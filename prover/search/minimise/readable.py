"""Rules that make a proof read as a person would have written it, and no longer. As in `rules`, each only proposes."""

from collections.abc import Iterator

from prover.proof.script import ALL, Proof, lines
from prover.proof.tactic import Cases, Have, parse
from prover.search.minimise.rules import Rule, fill, term
from prover.search.minimise.shrink import cases, have


def under_patterns(proof: Proof) -> Iterator[Proof]:
    """induction … with, each case's tactics behind its pattern."""
    shape = parse(proof.tactic)
    if isinstance(shape, Cases) and set(shape.bodies) == {"?_"} and [group for group, _ in proof.parts] in ([(k,) for k in range(len(shape.bodies))], [ALL]):
        bodies = ["\n".join(lines(part)) for _, part in proof.parts]
        if len(bodies) == len(shape.patterns):
            yield Proof(cases(shape.head, shape.patterns, bodies))


def own_proof(proof: Proof) -> Iterator[Proof]:
    """have h : T, its proof behind `:= by`."""
    if proof.tactic.startswith("have ") and ":=" not in proof.tactic and [group for group, _ in proof.parts] == [(0,), (1,)]:
        (_, body), (_, rest) = proof.parts
        text = have(proof.tactic, "\n".join(lines(body)))
        if isinstance(parse(text), Have) or not text.endswith("by"):
            yield Proof(text, ((ALL, rest),))


READABLE: tuple[Rule, ...] = (own_proof, under_patterns, fill, term)
