"""Proof states that Lean really printed (`goals.json`)."""

import json
from pathlib import Path
from typing import Any

from prover.proof.state import Goal, Hypothesis, ProofState
from prover.proof.statement import Statement

RECORDED: dict[str, list[dict[str, Any]]] = {
    entry["name"]: entry["goals"] for entry in json.loads((Path(__file__).parent / "goals.json").read_text(encoding="utf-8"))
}


def goal(data: dict[str, Any]) -> Goal:
    return Goal(**{**data, "hypotheses": tuple(Hypothesis(**h) for h in data["hypotheses"])})


def state(*goals: Goal, header: str = "", declaration: str = "theorem t : True") -> ProofState:
    return ProofState(Statement("t", header, declaration), (), goals, "key", ())


def recorded(name: str, *, header: str = "", declaration: str = "theorem t : True") -> ProofState:
    return state(*(goal(data) for data in RECORDED[name]), header=header, declaration=declaration)


def plain(pp: str, *, header: str = "") -> ProofState:
    """A state of one goal, of which only the text matters."""
    return state(Goal("", (), pp.rpartition("⊢ ")[2], "", "", pp), header=header)
