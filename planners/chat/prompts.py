"""What the model is asked: templates of one version, filled in for one question, never longer than `LONGEST`.

The wording is in `planners/prompts/VERSION/`; a change of it is a new version. Everything that can grow has a share of the length, and what is
left out is said in its place: of a long text its middle, of a list what is oldest. Golden texts are in `tests/planners/prompts/`.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from string import Template

from planners.plan import Plan
from planners.planner import Known, PlanRequest, Rejected
from prover.proof.statement import Statement

VERSION = "v1"

_PARTS = ("system", "task", "known", "lemmas", "rejected", "unread", "first", "again", "format")

THEOREM, GOAL, KNOWN, LEMMAS, REJECTED, UNREAD = 8_000, 6_000, 4_000, 2_000, 8_000, 1_000
"""Characters that each may take."""

REASON = 800
"""Characters of one reason for giving up a plan."""

WORDING = 8_000
"""Characters, at most, of the templates themselves with what stands in them besides."""

LONGEST = THEOREM + GOAL + KNOWN + LEMMAS + REJECTED + UNREAD + WORDING
"""Characters of a question, all messages together."""

Message = dict[str, str]


@dataclass(frozen=True)
class Prompts:
    """The templates.

    Attributes:
        lean_version: e.g. ``4.28.0``; empty where nobody knows.
    """

    lean_version: str = ""

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the templates, 16 hex digits."""
        return hashlib.sha256("\0".join(self._texts[part] for part in _PARTS).encode()).hexdigest()[:16]

    def messages(self, request: PlanRequest, unread: Sequence[str] = ()) -> list[Message]:
        """The question.

        Args:
            unread: why earlier answers about this goal could not be used.
        """
        statement = request.state.statement
        again = bool(request.round or request.rejected or unread)
        sections = [
            self._filled("task", environment=self._environment(statement), theorem=_theorem(statement), goal=shortened(request.state.pp, GOAL)),
            self._listed("known", (_have(known) for known in request.known), KNOWN, "\n"),
            self._listed("lemmas", (_have(known) for known in request.lemmas), LEMMAS, "\n"),
            self._listed("rejected", (_given_up(rejected) for rejected in request.rejected), REJECTED, "\n\n"),
            self._listed("unread", (f"- {shortened(_line(reason), REASON // 2)}" for reason in dict.fromkeys(unread)), UNREAD, "\n"),
            self._texts["again" if again else "first"],
            self._texts["format"],
        ]
        user = "\n\n".join(section.strip("\n") for section in sections if section)
        return [{"role": "system", "content": self._texts["system"].strip("\n")}, {"role": "user", "content": user}]

    @cached_property
    def _texts(self) -> dict[str, str]:
        folder = files("planners") / "prompts" / VERSION
        return {part: (folder / f"{part}.md").read_text(encoding="utf-8") for part in _PARTS}

    def _filled(self, part: str, **values: str) -> str:
        return Template(self._texts[part]).substitute(values)

    def _listed(self, part: str, items: Iterable[str], share: int, between: str) -> str:
        """A section, with the last of the items as far as they fit; empty without items."""
        everything = list(items)
        if not everything:
            return ""
        kept: list[str] = []
        room = share - 40
        for item in reversed(everything):
            item = shortened(item, share - 40)
            if len(item) + len(between) > room and kept:
                break
            kept.insert(0, item)
            room -= len(item) + len(between)
        left_out = len(everything) - len(kept)
        return self._filled(part, items=between.join([*([f"(… {left_out} earlier left out)"] if left_out else []), *kept]))

    def _environment(self, statement: Statement) -> str:
        lean = f"Lean {self.lean_version}" if self.lean_version else "Lean 4"
        imports = re.findall(r"^\s*(?:public\s+)?import\s+([\w.]+)", statement.header, re.MULTILINE)
        if any(name.partition(".")[0] == "Mathlib" for name in imports):
            return f"{lean}, with Mathlib."
        besides = f" Imported: {shortened(', '.join(imports), 500)}." if imports else ""
        return f"{lean} without Mathlib: there are `Nat`, `Int`, `List`, `omega`, `simp`, `decide`, but no `ℝ`, `ring`, `norm_num`.{besides}"


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and its end with the number of characters that are left out between them."""
    if len(text) <= most:
        return text
    half = max(0, (most - 40) // 2)
    return f"{text[:half]}\n(… {len(text) - 2 * half} characters left out)\n{text[len(text) - half :]}"


def as_answer(plan: Plan) -> str:
    """The plan in the form that the model answers in."""
    lemmas = [{"name": lemma.name, "statement": lemma.text.removeprefix(":").strip(), "uses": list(lemma.uses)} for lemma in plan.lemmas]
    lines = ",\n".join(f"  {json.dumps(lemma, ensure_ascii=False)}" for lemma in lemmas)
    rest = json.dumps({"split": plan.split, "uses": list(plan.uses)}, ensure_ascii=False)[1:]
    return f'{{"lemmas": [\n{lines}\n], {rest}' if lemmas else f'{{"lemmas": [], {rest}'


def _theorem(statement: Statement) -> str:
    """The declaration, and as much of the end of the header as there is room for."""
    declaration = shortened(statement.declaration.strip(), THEOREM // 2)
    header = statement.header.strip()
    room = THEOREM - len(declaration) - 80
    if len(header) > room:
        header = f"-- (the first {len(header) - room} characters of the file are left out)\n{header[-room:]}"
    return f"{header}\n\n{declaration}" if header else declaration


def _have(known: Known) -> str:
    return f"have {known.name} {known.text}"


def _given_up(rejected: Rejected) -> str:
    parts = [f"```json\n{shortened(as_answer(rejected.plan), REJECTED // 3)}\n```", f"Given up because: {shortened(_line(rejected.reason), REASON)}"]
    if rejected.stuck:
        parts.append(f"Could not be proved: {shortened(', '.join(rejected.stuck), REASON // 4)}")
    return "\n".join(parts)


def _line(text: str) -> str:
    return " ".join(text.split())
