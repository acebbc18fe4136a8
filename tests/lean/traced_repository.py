"""A small repository as lean-dojo leaves it after tracing, written by hand: source, syntax tree and REPL, no oleans."""

import json
from pathlib import Path
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
URL = "https://github.com/stepwise-tests/traced"
FILE = "Traced/Basic.lean"

THEOREMS = {
    "both": "(p q : Prop) (hp : p) (hq : q) : p ∧ q",
    "again": "(p q : Prop) (hp : p) (hq : q) : p ∧ q",
    "data": ": Nat",
}


def write_traced_repository(cache: Path, *, lean: str = "4.10.0", commit: str = COMMIT) -> Path:
    """Writes it into a cache of lean-dojo and returns its folder."""
    folder = cache / f"stepwise-tests-traced-{commit}" / "traced"
    build = folder / ".lake/build/ir" / Path(FILE).parent
    build.mkdir(parents=True)
    (folder / FILE).parent.mkdir(parents=True)
    (folder / "Lean4Repl.lean").write_text("-- LeanDojo's REPL\n")
    (folder / "lean-toolchain").write_text(f"leanprover/lean4:v{lean}\n")
    source = "import Init\n\n" + "\n\n".join(f"theorem {name} {signature} := by\n  sorry" for name, signature in THEOREMS.items()) + "\n"
    (folder / FILE).write_text(source, encoding="utf-8")
    header = _node("Module.header")
    tree = {"commandASTs": [header, *(_theorem(source, *theorem) for theorem in THEOREMS.items())], "tactics": [], "premises": []}
    (build / "Basic.ast.json").write_text(json.dumps(tree))
    (build / "Basic.dep_paths").write_text("")
    return folder


def _theorem(source: str, name: str, signature: str) -> dict[str, Any]:
    begin = source.index(f"theorem {name} ")
    leaves = {}
    for part in ("theorem", name, signature, ":=", "by\n  sorry"):
        begin = source.index(part, begin)
        leaves[part] = _leaf(source, part, begin)
        begin += len(part)
    identifier = {"ident": {**leaves[name], "rawVal": name, "val": name, "preresolved": []}}
    theorem = _node(
        "Command.theorem",
        {"atom": leaves["theorem"]},
        _node("Command.declId", identifier),
        _node("Command.declSig", {"atom": leaves[signature]}),
        _node("Command.declValSimple", {"atom": leaves[":="]}, _node("Term.proof", {"atom": leaves["by\n  sorry"]})),
    )
    return _node("Command.declaration", _node("Command.declModifiers"), theorem)


def _leaf(source: str, text: str, begin: int) -> dict[str, Any]:
    start = len(source[:begin].encode())
    return {"info": {"original": {"leading": "", "trailing": "", "pos": start, "endPos": start + len(text.encode())}}, "val": text}


def _node(kind: str, *children: dict[str, Any]) -> dict[str, Any]:
    return {"node": {"kind": f"Lean.Parser.{kind}", "info": "none", "args": list(children)}}
