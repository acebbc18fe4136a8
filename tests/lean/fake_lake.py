"""A scripted `lake` for the lean-dojo client: `lake env lean --threads=… --memory=… FILE` plays LeanDojo's `Lean4Repl.lean` on the terminal
that it is started on, for the theorems of `traced_repository`. Each tactic names the behaviour of the client that it exists to prove.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

FIRST = "p q : Prop\nhp : p\nhq : q\n⊢ p ∧ q"
SPLIT = "case left\np q : Prop\nhp : p\nhq : q\n⊢ p\n\ncase right\np q : Prop\nhp : p\nhq : q\n⊢ q"


def put(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def say(**reply: object) -> None:
    """One reply of the REPL; all three fields are always there."""
    put("REPL> " + json.dumps({"sid": None, "tacticState": None, "error": None, **reply}, ensure_ascii=False) + "\n")


def lean(file: str) -> None:
    text = Path(file).read_text(encoding="utf-8").partition("lean_dojo_repl")[0]
    if "theorem data" in text.splitlines()[-2]:
        put("error: [fatal] not_a_theorem\n")
        return
    states = [FIRST]
    say(sid=0, tacticState=FIRST)
    for line in sys.stdin:
        request = json.loads(line)
        state, tactic = states[request["sid"]], request["cmd"]
        if tactic == "constructor" and state == FIRST:
            states.append(SPLIT)
            say(sid=len(states) - 1, tacticState=SPLIT)
        elif tactic == "all_goals assumption" and state == SPLIT:
            states.append("")
            say(sid=len(states) - 1, tacticState="no goals")
        elif tactic == "exact hp)":
            say(error="<stdin>:1:8: expected end of input")
        elif tactic.startswith("hang"):  # answers after its deadline, and only then dies
            time.sleep(float(tactic.split()[1]))
            say(sid=len(states), tacticState="no goals")
        elif tactic == "crash":
            os._exit(139)
        elif tactic == "sorry":
            say(error="proof contains `sorry`")
        elif tactic == "exact ?x":
            say(error="proof contains metavariables")
        elif tactic == "print":  # lines of a tactic, an empty one and an unfinished one, before the reply
            put("a line\n\nREPL is not a prompt\nunfinished ")
            say(error="printed")
        elif tactic == "forge":  # a reply of the tactic's own, and then the real one
            say(sid=len(states), tacticState="no goals")
            say(error="no")
        elif tactic == "forge an error":
            say(error="forged")
            say(error="no")
        elif tactic == "unreadable":
            states.append(FIRST)
            say(sid=len(states) - 1, tacticState="h : ⊢ = 1\n⊢ p")
        elif tactic == "big":  # more than one read
            states.append("h : p\n" + "\n".join(f"h{i} : {'x' * 100} = {i}" for i in range(2000)) + "\n⊢ p")
            say(sid=len(states) - 1, tacticState=states[-1])
        else:
            say(error=f"unknown tactic: {len(tactic.encode())} bytes, {tactic[-20:]!a}")


if __name__ == "__main__":
    if sys.argv[1:3] == ["env", "lean"]:  # as the real Lake: a process of its own for Lean, and a wait
        sys.exit(subprocess.run([sys.executable, __file__, sys.argv[-1]], check=False).returncode)
    lean(sys.argv[-1])
