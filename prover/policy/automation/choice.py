"""Moves that make functions and predicates: by choice from a relation, on the diagonal, as a least fixed point.

The arguments are Lawvere's (diagonal arguments and cartesian closed categories, 1969), Knaster and Tarski's (1955) and the axiom of choice.
All of them are whole proofs in one tactic, and fail in some 0.1 seconds.
"""

import re
from collections.abc import Iterator

from prover.policy.automation.moves import GRIND, Context, Move
from prover.policy.automation.terms import inhabitants, parse_type
from prover.policy.automation.text import arguments, facts, fresh, names
from prover.proof.state import Goal

_FUNCTION = re.compile(r"∃ ([^\W\d][\w'₀-₉]*)(?: : [^,]*)?, ∀ \(?([^\W\d][\w'₀-₉]*) : ([^),]*)\)?, (.*)", re.DOTALL)
_ARGUMENT = r"(\((?:[^()]|\([^()]*\))*\)|[^\W\d][\w'₀-₉]*)"


def chosen_functions(context: Context) -> Iterator[Move]:
    """∃ g, ∀ x, P (g (f x)): for each y some w is right for every x with f x = y; then choose."""
    goal = context.goal
    found = _FUNCTION.fullmatch(goal.target)
    typed = re.search(r"∃ [^\W\d][\w'₀-₉]* : \(?([^,()→]*?) → ([^,()→]*?)\)?,", context.statement.declaration)
    if found is None:
        return
    g, x, kind, body = found.groups()
    calls = set(re.findall(rf"(?<![\w.']){re.escape(g)} {_ARGUMENT}", body))
    if len(calls) != 1:
        return
    call = calls.pop()
    y, w, lemma, some, pick, spec = fresh([*names(goal), x, g], "y", "w", "hch", "hy", "pick", "hpick")
    inner = body.replace(f"{g} {call}", w)
    whole = f"∀ {y}, ∃ {w}{f' : {typed.group(2)}' if typed else ''}, ∀ {x} : {kind}, {call} = {y} → {inner}"
    defaults = [h.name for h in goal.hypotheses if h.kind == "data" and h.accessible and "→" not in h.type and h.type not in ("Type", "Prop")]
    otherwise = " | ".join([*(f"exact ⟨{a}, by {GRIND}⟩" for a in defaults[:3]), GRIND])
    facts_ = [f"(obtain ⟨{w}, hw⟩ := {h.name} {y}; exact ⟨{w}, by {GRIND}⟩)" for h in facts(goal) if h.head == "∀" and "∃" in h.type]
    first = " | ".join([*facts_, GRIND])
    yield Move(
        f"have {lemma} : {whole} := by\n  intro {y}\n  first | {first} |\n  by_cases {some} : ∃ {x} : {kind}, {call} = {y}\n"
        f"  · obtain ⟨z, hz⟩ := {some}; first | exact ⟨z, by {GRIND}⟩ | {GRIND}\n  · first | {otherwise}\n"
        f"obtain ⟨{pick}, {spec}⟩ := Classical.axiomOfChoice {lemma}\nexact ⟨{pick}, by first | {GRIND} | simp_all⟩",
        20,
    )


def diagonals(context: Context) -> Iterator[Move]:
    """h : ∀ s : α → β, ∃ a, φ a = s, used at a function of the diagonal; then both sides at a."""
    goal = context.goal
    scope = {v.name: parse_type(v.type) for v in goal.hypotheses if v.kind == "data" and v.accessible}
    for h in facts(goal):
        bound = [(name, type_) for name, type_ in arguments(h.type) if name]
        if h.head != "∀" or len(bound) != 1 or "→" not in bound[0][1] or "∃" not in h.type:
            continue
        a, e, at = fresh(names(goal), "a", "ha", "hat")
        terms = inhabitants(parse_type(bound[0][1]), scope)
        for k, term in enumerate(terms[:6]):
            yield Move(
                f"obtain ⟨{a}, {e}⟩ := {h.name} {term}\nhave {at} := congrFun {e} {a}\n"
                f"first | exact ⟨_, {at}.symm⟩ | exact ⟨_, {at}⟩ | {GRIND} | (solve | simp_all) | (solve | simp at {at})",
                16 / (1 + 0.3 * k),
            )


def fixed_points(context: Context) -> Iterator[Move]:
    """A monotone operator on predicates: the intersection of everything that it shrinks, or the union of what it enlarges."""
    goal = context.goal
    if any(h.name.startswith("hpre") for h in facts(goal)):
        return
    for v in goal.hypotheses:
        operator = re.fullmatch(r"\((.+) → Prop\) → (.+) → Prop", v.type) if v.kind == "data" and v.accessible else None
        if operator is None or operator.group(1) != operator.group(2):
            continue
        yield from _extremes(goal, v.name, operator.group(1))


def _extremes(goal: Goal, f: str, kind: str) -> Iterator[Move]:
    pre, post = fresh(names(goal), "hpre", "hpost")
    predicate = f"{kind} → Prop"
    monotone = [h.name for h in facts(goal) if re.search(rf"{re.escape(f)} \S+ \S+ → {re.escape(f)} ", h.type)]
    least = f"(fun x => ∀ B : {predicate}, (∀ y, {f} B y → B y) → B x)"
    greatest = f"(fun x => ∃ B : {predicate}, (∀ y, B y → {f} B y) ∧ B x)"
    for mono in monotone[:1]:
        for k, (term, downward, upward) in enumerate(
            (
                (
                    least,
                    f"fun x hx B hB => hB x ({mono} {least} B (fun y hy => hy B hB) x hx)",
                    f"fun x hx => hx ({f} {least}) (fun y hy => {mono} _ _ {pre} y hy)",
                ),
                (greatest, "", ""),
            )
        ):
            if downward:
                facts_ = [f"have {pre} : ∀ x, {f} {term} x → {term} x := {downward}", f"have {post} : ∀ x, {term} x → {f} {term} x := {upward}"]
            else:
                facts_ = [
                    f"have {pre} : ∀ x, {term} x → {f} {term} x := fun x ⟨B, hB, hx⟩ => {mono} B {term} (fun y hy => ⟨B, hB, hy⟩) x (hB x hx)",
                    f"have {post} : ∀ x, {f} {term} x → {term} x := fun x hx => ⟨{f} {term}, fun y hy => {mono} _ _ {pre} y hy, hx⟩",
                ]
            both = f"fun x => ⟨{pre} x, {post} x⟩" if downward else f"fun x => ⟨{post} x, {pre} x⟩"
            smallest = "fun B hB x hx => hx B (fun y hy => by first | exact hB y hy | exact (hB y).1 hy | exact (hB y).2 hy)"
            largest = "fun B hB x hx => ⟨B, fun y hy => by first | exact hB y hy | exact (hB y).1 hy | exact (hB y).2 hy, hx⟩"
            extreme = smallest if downward else largest
            ends = [f"exact {both}", f"exact ⟨{both}, {extreme}⟩", f"exact ⟨fun x => ({both}) x |>.symm, {extreme}⟩", GRIND]
            yield Move("\n".join([*facts_, f"refine ⟨{term}, ?_⟩", f"first | {' | '.join(ends)}"]), 25 - 10 * k)
            if k == 0:
                yield Move("\n".join([*facts_, f"refine ⟨{term}, ?_⟩"]), 5)


def constants(context: Context) -> Iterator[Move]:
    """∃ c, ∀ x, f x = … c …: the constant is a value of f, or a difference of two."""
    goal = context.goal
    found = re.match(r"∃ ((?:[^\W\d][\w'₀-₉]* ?)+), ∀ ", goal.target)
    if found is None:
        return
    many = len(found.group(1).split())
    for v in goal.hypotheses:
        domain, arrow, codomain = v.type.partition(" → ")
        if v.kind == "data" and v.accessible and arrow and domain in ("Int", "ℤ", "Nat", "ℕ", "Rat", "ℚ") and "→" not in codomain:
            zero, one = f"{v.name} 0", f"{v.name} 1"
            options = (
                ((zero,), (one,), (f"{one} - {zero}",))
                if many == 1
                else ((f"{one} - {zero}", zero), (one, zero), (zero, one), (zero, f"{one} - {zero}"))
            )
            for option in options if many <= 2 else ():
                yield Move(f"refine ⟨{', '.join(option)}, ?_⟩", 12)
                x = fresh(names(goal), "x")[0]
                instances = "\n".join(
                    f"have := {h.name} {' '.join(t)}"
                    for h in facts(goal)
                    if h.head == "∀" and 1 <= len(arguments(h.type)) <= 2 and all(n for n, _ in arguments(h.type))
                    for t in (((x,), ("0",)) if len(arguments(h.type)) == 1 else ((x, "0"), ("0", x), ("0", "0"), (x, "1")))
                )
                yield Move(f"refine ⟨{', '.join(option)}, fun {x} => ?_⟩\n{instances}\nfirst | omega | {GRIND} | (solve | simp_all)", 14)
