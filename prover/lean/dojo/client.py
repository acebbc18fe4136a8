"""The lean-dojo client without its faults. The only module that imports lean_dojo, and only a process of its own imports it.

What is mended here, all of it measured on lean-dojo 4.20.0: 67 ms a tactic (pexpect waits before it sends and reads byte by byte); a blank or
unfinished line from Lean ends it; a request longer than a terminal's line hangs it, a DEL in one edits it; a repository that is already
traced is looked up on GitHub all the same; the file that it writes beside the source stays when the process is killed.
"""

import json
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pexpect
from lean_dojo.data_extraction.lean import LeanGitRepo, RepoType, Theorem
from lean_dojo.interaction.dojo import Dojo, DojoCrashError, DojoTacticTimeoutError, kill_descendants

LINE_BYTES = 4095
"""The longest line that a Linux terminal hands on (N_TTY_BUF_SIZE, less the newline); Lean reads from one."""

NEVER = 10_000_000
"""Seconds. lean-dojo's own timeout leaves the reply behind for the next request: ours, which kills the process, has to come first."""

_PROMPT = "REPL>"
_READ_BYTES = 4096


class TooLongError(Exception):
    """The request does not fit into a terminal's line; it was not sent."""


class TracedRepository(LeanGitRepo):  # type: ignore[misc]
    """A repository that lean-dojo has traced before, known by its address and commit alone: nothing is asked of any network."""

    def __init__(self, url: str, commit: str) -> None:
        given = {"url": url, "commit": commit, "repo": None, "lean_version": "", "repo_type": RepoType.GITHUB if is_github(url) else RepoType.LOCAL}
        for name, value in given.items():
            object.__setattr__(self, name, value)

    def get_cache_dirname(self) -> Path:
        return traced_folder(self.url, self.commit).parent


class Session(Dojo):  # type: ignore[misc]
    """One theorem in one Lean. A context manager like its parent; `run_tac` is its parent's too.

    Raises:
        DojoInitError: the theorem is not there, or Lean did not come to it.
        DojoCrashError: Lean ended, or said what no request explains. The process is of no use any more.
        TooLongError: the tactic was not sent.
    """

    def __init__(self, theorem: Theorem, before_launch: Callable[[], None]) -> None:
        super().__init__(theorem, timeout=NEVER)
        self._before_launch = before_launch
        self._next_state = 1
        self.said: deque[str] = deque(maxlen=20)

    def __enter__(self) -> Any:
        entered = super().__enter__()
        # Lean has read the whole file by now: without it, a kill leaves nothing in the repository.
        self.modified_file.close()
        return entered

    def close(self) -> None:
        """Ends Lean and everything below it, however far it came. Idempotent."""
        if hasattr(self, "modified_file"):
            self.modified_file.close()
        if hasattr(self, "proc"):
            kill_descendants(self.proc.pid)
            with suppress(pexpect.ExceptionPexpect):
                self.proc.wait()
            self.proc.ptyproc.fileobj.close()

    def _modify_file(self, traced_file: Any) -> None:
        super()._modify_file(traced_file)
        self._before_launch()

    def _submit_request(self, req: str) -> dict[str, Any]:
        # The terminal takes DEL for an order to itself; lone surrogates are no UTF-8. As JSON escapes both are text.
        line = req.replace("\x7f", "\\u007f").encode("utf-8", "backslashreplace").decode()
        size = len(line.encode())
        if size > LINE_BYTES:
            raise TooLongError(f"the tactic needs a request of {size} bytes, more than the {LINE_BYTES} that LeanDojo can send")
        self._expect_silence()
        self._check_alive()
        self.proc.sendline(line)
        try:
            text, message = self._read_next_line()
            result: dict[str, Any] = json.loads(text)
        except EOFError:
            raise DojoCrashError(f"Lean ended: {' '.join(self.said)}") from None
        except json.JSONDecodeError:
            raise DojoCrashError(f"not JSON: {text[:200]}") from None
        if result.get("sid") is not None:
            if result["sid"] != self._next_state:
                raise DojoCrashError(f"state {result['sid']} where {self._next_state} was due")
            self._next_state += 1
        result["message"] = message
        return result

    def _check_alive(self) -> None:
        if not self.proc.isalive():
            raise DojoCrashError(f"Lean ended: exit code {self.proc.exitstatus}, signal {self.proc.signalstatus}")

    def _expect_silence(self) -> None:
        """A reply that is there before its request belongs to none: a tactic printed it, and every later one would be off by one."""
        late = self.proc.buffer
        try:
            late += self.proc.read_nonblocking(_READ_BYTES, timeout=0)
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            raise DojoCrashError("Lean ended between two requests") from None
        self.proc.buffer = ""
        if _PROMPT in late:
            raise DojoCrashError("Lean printed a reply that nobody had asked for")

    def _read_next_line(self) -> tuple[str, str]:
        self.proc.delaybeforesend, self.proc.maxread = None, _READ_BYTES
        printed = []
        while True:
            try:
                self.proc.expect_exact("\n")
            except pexpect.EOF:
                raise EOFError from None
            except pexpect.TIMEOUT:
                raise DojoTacticTimeoutError from None
            text, prompt, reply = self.proc.before.partition(_PROMPT)
            if text.strip():
                printed.append(text.strip())
                self.said.append(text.strip())
            if prompt:
                return reply.strip(), "\n".join(printed)


def is_github(url: str) -> bool:
    return re.match(r"https://(www\.)?github\.com/", url) is not None


def traced_folder(url: str, commit: str) -> Path:
    """Where lean-dojo keeps a traced repository, relative to its cache."""
    user, name = url.rstrip("/").split("/")[-2:]
    return Path(f"{user if is_github(url) else 'gitpython'}-{name}-{commit}") / name
