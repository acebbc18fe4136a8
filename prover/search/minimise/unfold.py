"""A raw proof taken apart: one tactic a node, one branch a goal.

Promises: what `unfolded` returns closes the state, and does what the proof it was given did. Of `first | a | b` the alternative that runs is
left, `t <;> u` becomes a branch for each goal where that is no longer, a flat path becomes branches where each goal is closed by tactics that
look at no other. What cannot be taken apart stays as it was.
"""

from dataclasses import dataclass

from prover.proof.length import length, tactics_in
from prover.proof.script import ALL, Proof
from prover.proof.state import ProofState
from prover.proof.step import Advanced, Closed
from prover.proof.tactic import Bullet, Cases, First, Have, Sequence, Then, Wrapped, parse
from prover.search.minimise.replay import Replay, fits, opened


@dataclass(frozen=True, slots=True)
class _Split:
    """The goals are proved so."""

    parts: tuple[tuple[tuple[int, ...], Proof], ...]


_Script = tuple[str | _Split, ...]


class _Unfoldable(Exception):
    """The script does not close the state when it is taken apart in this way."""


async def unfolded(replay: Replay, state: ProofState, proof: Proof) -> Proof | None:
    """The proof taken apart; None where it does not close the state.

    Raises:
        Spent: the replay's limits are reached.
    """
    try:
        return (await _unfold(replay, state, _script(proof)))[0]
    except _Unfoldable:
        return await replay.closed(state, proof)


def _script(proof: Proof) -> _Script:
    match proof.parts:
        case ():
            return (proof.tactic,)
        case ((group, part),) if group == ALL or group == tuple(range(len(group))):
            return (proof.tactic, *_script(part))
        case parts:
            return (proof.tactic, _Split(parts))


async def _unfold(replay: Replay, state: ProofState, script: _Script) -> tuple[Proof, _Script]:
    """A proof of the state from the front of a script, and what is left of the script."""
    if not script or isinstance(script[0], _Split):
        raise _Unfoldable
    tactic, rest = script[0].strip(), script[1:]
    match parse(tactic):
        case Sequence(items):
            return await _unfold(replay, state, (*items, *rest))
        case First(alternatives):
            for alternative in alternatives:
                if await replay.step(state, alternative) is not None:
                    return await _unfold(replay, state, (alternative, *rest))
            raise _Unfoldable
        case Then(members):
            return await _unfold_then(replay, state, tactic, members, rest)
        case Have(head, body) if len(state.goals) == 1:
            return await _unfold_have(replay, state, head, body, tactic, rest)
        case Cases(head, patterns, bodies) if "?_" not in bodies:
            opening = "\n".join([head, *(f"{pattern} => ?_" for pattern in patterns)])
            return await _either(replay, state, (opening, *(f"· {body}".replace("\n", "\n  ") for body in bodies), *rest), tactic, rest)
        case Bullet(body) if len(state.goals) == 1:
            return await _whole(replay, state, body), rest
        case Wrapped("try", body) if await replay.step(state, body) is not None:
            return await _unfold(replay, state, (body, *rest))
    return await _atom(replay, state, tactic, rest)


async def _whole(replay: Replay, state: ProofState, text: str) -> Proof:
    """A proof of the state from all of a text."""
    proof, left = await _unfold(replay, state, (text,))
    if left:
        raise _Unfoldable
    return proof


async def _either(replay: Replay, state: ProofState, script: _Script, tactic: str, rest: _Script) -> tuple[Proof, _Script]:
    try:
        return await _unfold(replay, state, script)
    except _Unfoldable:
        return await _atom(replay, state, tactic, rest)


async def _unfold_have(replay: Replay, state: ProofState, head: str, body: str, tactic: str, rest: _Script) -> tuple[Proof, _Script]:
    """have h : T := by …: the rest is its first part, the proof of T its second, which is Lean's order of the goals of `have h : T := ?_`."""
    opening = f"{head} := ?_"
    result = await replay.step(state, opening)
    if isinstance(result, Advanced) and len(result.state.goals) == len(result.state.groups) == 2:
        try:
            proof = await _whole(replay, opened(result.state, (1,)), body)
        except _Unfoldable:
            pass
        else:
            main, left = await _unfold(replay, opened(result.state, (0,)), rest)
            return Proof(opening, (((0,), main), ((1,), proof))), left
    return await _atom(replay, state, tactic, rest)


async def _atom(replay: Replay, state: ProofState, tactic: str, rest: _Script) -> tuple[Proof, _Script]:
    match await replay.step(state, tactic):
        case Closed():
            return Proof(tactic), _without_done(rest)
        case Advanced(after, _):
            parts, left = await _goals(replay, after, rest)
            return Proof(tactic, parts), left
    raise _Unfoldable


async def _goals(replay: Replay, state: ProofState, script: _Script) -> tuple[tuple[tuple[tuple[int, ...], Proof], ...], _Script]:
    """Proofs of a state's groups of goals, one after the other from the script, or of all together where that does not work."""
    if script and isinstance(script[0], _Split):
        if not fits(Proof("", script[0].parts), state):
            raise _Unfoldable
        parts = []
        for group, part in script[0].parts:
            proof = await unfolded(replay, opened(state, group), part)
            if proof is None:
                raise _Unfoldable
            parts.append((group, proof))
        return tuple(parts), script[1:]
    groups = sorted(tuple(sorted(group)) for group in state.groups)
    if len(groups) > 1:
        try:
            left, proofs = script, []
            for group in groups:
                proof, left = await _unfold(replay, opened(state, group), left)
                proofs.append((group, proof))
            return tuple(proofs), left
        except _Unfoldable:
            pass
    proof, left = await _unfold(replay, state, script)
    return ((ALL, proof),), left


async def _unfold_then(replay: Replay, state: ProofState, tactic: str, members: tuple[str, ...], rest: _Script) -> tuple[Proof, _Script]:
    """t <;> u, where u closes every goal that t leaves: branches, unless these are longer."""
    result = await replay.step(state, members[0])
    if isinstance(result, Closed):
        return Proof(members[0]), _without_done(rest)
    if result is None:
        raise _Unfoldable
    after, behind = result.state, " <;> ".join(members[1:])
    if len(after.goals) == 1:
        return await _unfold(replay, state, (members[0], behind, *rest))
    if len(after.groups) == len(after.goals):
        try:
            parts = [((index,), await _whole(replay, opened(after, (index,)), behind)) for index in range(len(after.goals))]
        except _Unfoldable:
            pass
        else:
            apart = Proof(members[0], tuple(parts))
            if length(apart) <= tactics_in(tactic):
                return apart, _without_done(rest)
    return await _atom(replay, state, tactic, rest)


def _without_done(script: _Script) -> _Script:
    return script[1:] if script[:1] == ("done",) else script
