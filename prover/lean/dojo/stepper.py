"""`python -m prover.lean.dojo.stepper REPLY_FD`: a LeanDojo theorem behind the wire protocol of `lean_project/README.md`.

Promises: a request gets one reply or the process ends, and its supervisor replaces it; a state's number is good until it is released or its
theorem is left for another, which ends the process at the next step on it; when the process dies, Lean dies too: its terminal closes and
SIGHUP ends it. Header, declaration and traced repositories are as `prover.lean.dojo.lean` says.
Costs: two seconds to start; a theorem costs one Lean and what comes before it in its file; a tactic half a millisecond beyond Lean's own.
LeanDojo says nothing of metavariables and counts no heartbeats: all goals are one group, `heartbeats` is 0, and only the clock ends a tactic.
"""

import hashlib
import json
import os
import re
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_dojo.constants import CACHE_DIR
from lean_dojo.data_extraction.lean import Theorem
from lean_dojo.interaction.dojo import DojoInitError, LeanError, ProofFinished, ProofGivenUp

from prover.lean.dojo.client import Session, TooLongError, TracedRepository, traced_folder
from prover.lean.dojo.goal_text import goals_of

UNSUPPORTED = (4, 19)
"""The first Lean that lean-dojo 4.20.0 cannot talk to."""

_HEADER = re.compile(r"lean-dojo (?P<url>\S.*) (?P<commit>[0-9a-f]{40}) (?P<file>\S.*\.lean)")
_KINDS = (("<stdin>:", "parse"), ("proof contains metavariables", "metavariables"), ("kernel type check failed", "kernel"))

Reply = dict[str, Any]


class FailedError(Exception):
    """A request that cannot be carried out. ``error``: syntax, elaboration, import, protocol or unknown_state."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True, slots=True)
class _File:
    """One Lean file of a traced repository."""

    url: str
    commit: str
    path: str
    lean: str


class Server:
    """The theorem that is open, and the numbers of its states."""

    def __init__(self) -> None:
        self._files: list[_File] = []
        self._theorem: tuple[_File, str] | None = None
        self._session: Session | None = None
        self._root: Any = None
        self._states: dict[int, tuple[Session, Any]] = {}
        self._count = 0

    def answer(self, request: Mapping[str, Any]) -> Reply:
        match request.get("op"):
            case "open":
                return self._open(request["text"])
            case "start":
                return self._start(self._files[request["header"] - 1], request["declaration"].strip())
            case "step":
                return self._step(request["state"], request["tactic"])
            case "release":
                for number in request["states"]:
                    self._states.pop(number, None)
                return {"status": "ok", "live": len(self._states)}
            case "judge":
                return {"status": "cannot_judge", "reason": "LeanDojo checks no axioms: a proof in a traced repository needs its native Lean"}
            case "stats":
                lean = self._theorem[0].lean if self._theorem else ""
                return {"status": "ok", "live": len(self._states), "headers": len(self._files), "lean": lean, "githash": ""}
            case "close":
                self.close()
                return {"status": "ok"}
            case op:
                raise FailedError("protocol", f"lean-dojo has no {op!r}")

    def close(self) -> None:
        """Ends the Lean that runs, if any. Its states are void."""
        session, self._session, self._theorem = self._session, None, None
        if session is not None:
            session.close()

    def _open(self, text: str) -> Reply:
        found = _HEADER.fullmatch(text.strip())
        if found is None:
            raise FailedError("syntax", f"not a header for LeanDojo, `lean-dojo REPOSITORY COMMIT FILE.lean` with a whole commit hash: {text!r:.200}")
        url = found["url"].rstrip("/")
        folder = CACHE_DIR / traced_folder(url, found["commit"])
        if not (folder / "Lean4Repl.lean").is_file():
            raise FailedError("import", f"{url} is not traced at {found['commit']}: there is no {folder}; trace it with `lean_dojo.trace`")
        if not (folder / ".lake/build/ir" / found["file"]).with_suffix(".ast.json").is_file():
            raise FailedError("import", f"{found['file']} is no traced file of {folder}")
        lean = (folder / "lean-toolchain").read_text(encoding="utf-8").strip().rpartition(":")[2].removeprefix("v")
        version = re.match(r"(\d+)\.(\d+)", lean)
        if version and (int(version[1]), int(version[2])) >= UNSUPPORTED:
            raise FailedError("import", f"{url} wants Lean {lean}, and lean-dojo works on Lean before {'.'.join(map(str, UNSUPPORTED))} only")
        self._files.append(_File(url, found["commit"], found["file"], lean))
        return {"status": "ok", "header": len(self._files)}

    def _start(self, file: _File, name: str) -> Reply:
        if self._theorem != (file, name):
            # The Lean that runs goes when the theorem is known to be there, and not before: its states survive a wrong name.
            session = Session(Theorem(TracedRepository(file.url, file.commit), Path(file.path), name), before_launch=self.close)
            try:
                _, self._root = session.__enter__()
            except (DojoInitError, AssertionError) as error:
                session.close()
                raise FailedError("elaboration", " ".join([f"{error}", *session.said]) or "LeanDojo cannot read its goal") from error
            self._session, self._theorem = session, (file, name)
        assert self._session is not None
        return {"status": "advanced", **self._described(self._session, self._root)}

    def _step(self, number: int, tactic: str) -> Reply:
        if number not in self._states:
            raise FailedError("unknown_state", f"there is no state {number}")
        session, state = self._states[number]
        if session is not self._session:
            sys.exit(f"state {number} belongs to a theorem that was left; a new process has to come to it again")
        try:
            result = session.run_tac(state, tactic)
        except TooLongError as error:
            return _rejected("too_long", str(error))
        except AssertionError:
            # lean_dojo's own parser of goals; the state exists in Lean and is never used.
            return _rejected("error", "LeanDojo cannot read the state after this tactic")
        match result:
            case ProofFinished():
                return {"status": "closed", "tactic": tactic, "heartbeats": 0}
            case ProofGivenUp():
                return _rejected("sorry", "proof contains `sorry`")
            case LeanError():
                return _rejected(next((kind for start, kind in _KINDS if result.error.startswith(start)), "error"), result.error or "failed")
            case _:
                return {"status": "advanced", "tactic": tactic, "heartbeats": 0, **self._described(session, result)}

    def _described(self, session: Session, state: Any) -> Reply:
        self._count += 1
        self._states[self._count] = session, state
        goals = goals_of(state.pp)
        key = hashlib.sha256(state.pp.encode("utf-8", "backslashreplace")).hexdigest()[:16]
        return {"state": self._count, "goals": goals, "groups": [list(range(len(goals)))], "key": key}


def _rejected(kind: str, message: str) -> Reply:
    return {"status": "rejected", "kind": kind, "message": message, "heartbeats": 0}


def main() -> None:
    """Serves until `close`, the end of standard input, or a Lean that cannot be trusted (then the exit code is not 0)."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup Lean would inherit "ignored", and outlive its terminal
    reply_fd = int(sys.argv[1])
    os.set_inheritable(reply_fd, False)
    server = Server()
    replies = os.fdopen(reply_fd, "wb")

    def send(reply: Mapping[str, object]) -> None:
        body = json.dumps(reply).encode()
        replies.write(b"%d %s\n" % (len(body), body))
        replies.flush()

    send({"id": 0, "status": "ready"})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        began = time.perf_counter()
        try:
            reply = server.answer(request)
        except FailedError as error:
            reply = {"status": "failed", "error": error.error, "message": str(error), "line": 0, "column": 0}
        send({"id": request["id"], **reply, "us": round((time.perf_counter() - began) * 1e6)})
        if request.get("op") == "close":
            return


if __name__ == "__main__":
    main()
