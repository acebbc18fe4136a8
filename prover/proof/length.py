"""How long a proof is: in tactics, wherever they stand. Pure."""

from functools import lru_cache

from prover.proof import tactic_text
from prover.proof.script import Proof
from prover.proof.tactic import Atom, Bullet, Cases, First, Have, Sequence, Then, Wrapped, parse


def length(proof: Proof) -> int:
    """The number of tactics of a proof, those counted too that stand inside another: law: the sum of `tactics_in` over its nodes."""
    return sum(tactics_in(node.tactic) for node in proof.walk())


@lru_cache(maxsize=8192)
def tactics_in(text: str) -> int:
    """The number of tactics in a text.

    Counts each tactic of a sequence, of `<;>`, of the alternatives of `first` and `induction … with`, and of every `by` in a term. What only
    combines others (`first`, `<;>`, brackets, `·`, `try`), `?_` and `done` are none.
    """
    text = text.strip()
    if text in ("?_", "done"):
        return 0
    match parse(text):
        case Sequence(texts) | Then(texts) | First(texts):
            return sum(map(tactics_in, texts))
        case Bullet(body) | Wrapped(_, body):
            return tactics_in(body)
        case Have(_, body):
            return 1 + tactics_in(body)
        case Cases(_, _, bodies):
            return 1 + sum(map(tactics_in, bodies))
        case Atom(atom):
            return 1 + sum(tactics_in(tactic_text.block(atom[:end], start) or atom[start:end]) for start, end in tactic_text.by_blocks(atom))
