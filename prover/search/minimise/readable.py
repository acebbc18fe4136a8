"""Makes a proof read as a person would have written it, and no longer. Pure: whether the result holds is for Lean to say."""

from prover.proof.script import ALL, Proof, lines
from prover.proof.tactic import Cases, parse
from prover.search.minimise.rules import Rule, fill, term
from prover.search.minimise.shrink import cases, have

READABLE: tuple[Rule, ...] = (fill, term)
"""Rules that save nodes and not tactics: what is one tactic to a reader is one node."""


def structured(proof: Proof) -> Proof:
    """The same tactics, those of a case behind its pattern, those of `have h : T` behind its `:= by`."""
    proof = Proof(proof.tactic, tuple((group, structured(part)) for group, part in proof.parts), proof.finisher)
    return _own_proof(proof) or _under_patterns(proof) or proof


def _own_proof(proof: Proof) -> Proof | None:
    if not proof.tactic.startswith("have ") or not proof.tactic.endswith(" := ?_") or [group for group, _ in proof.parts] != [(0,), (1,)]:
        return None
    (_, rest), (_, body) = proof.parts
    return Proof(have(proof.tactic.removesuffix(" := ?_"), "\n".join(lines(body))), ((ALL, rest),))


def _under_patterns(proof: Proof) -> Proof | None:
    shape = parse(proof.tactic)
    if not isinstance(shape, Cases) or set(shape.bodies) != {"?_"}:
        return None
    groups = [group for group, _ in proof.parts]
    if len(groups) != len(shape.patterns) or (groups != [(number,) for number in range(len(groups))] and groups != [ALL]):
        return None
    return Proof(cases(shape.head, shape.patterns, ["\n".join(lines(part)) for _, part in proof.parts]))
