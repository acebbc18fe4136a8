"""Prompt formats: how a state becomes a model's input, and what its output means.

A format belongs to the weights: a model trained on one is of little use under another. Knows nothing of tokens; the `chat` format takes the
template of whichever tokenizer is in use. Golden texts of every format are in `tests/policy/prompts/`.
"""

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from prover.proof.state import ProofState


@dataclass(frozen=True, slots=True)
class Prompt:
    """One format.

    Attributes:
        name: what `policy.prompt` calls it.
        render: the text that the model continues.
        read: the tactic in what it wrote; empty where there is none.
        chat: the rendered text is a user's message and still needs the model's chat template (`through_template`).
    """

    name: str
    render: Callable[[ProofState], str]
    read: Callable[[str], str]
    chat: bool = False


def through_template(prompt: Prompt, template: Callable[[str], str]) -> Prompt:
    """A chat format with a template put around its message: from then on a format like any other.

    Args:
        template: from the user's message to the model's whole input, up to where the assistant begins.
    """
    return Prompt(prompt.name, lambda state: template(prompt.render(state)), prompt.read)


# BFS-Prover (arXiv:2502.03438) and V2: raw completion of the pretty-printed state and three colons.


def _bfs_prover(state: ProofState) -> str:
    return f"{state.pp}:::"


def _bfs_prover_goal(state: ProofState) -> str:
    """The released V2 code under a plan: the text up to the first blank line, without `case …` headers and without the `this… : True`
    that its planner leaves behind."""
    first = state.pp.partition("\n\n")[0]
    lines = [line for line in first.split("\n") if not line.startswith("case ") and not re.match(r"this\S* : True$", line)]
    return "\n".join(lines) + ":::"


# LeanDojo's ReProver, its decoder-only generator: https://github.com/lean-dojo/ReProver, prover/tactic_generator.py.


def _reprover(state: ProofState) -> str:
    return f"[GOAL]\n{state.pp}\n[PROOFSTEP]\n"


def _reprover_read(completion: str) -> str:
    """Its data marks names of premises, as in `rw [<a>Nat.add_comm</a>]`."""
    return completion.replace("<a>", "").replace("</a>", "").strip()


CHAT_MESSAGE = """\
You are proving a theorem in Lean 4. This is the proof state:

```lean
{state}
```

Answer with the next tactic for the first goal, and nothing else, in one ```lean code block."""


def _chat(state: ProofState) -> str:
    return CHAT_MESSAGE.format(state=state.pp)


_BLOCK = re.compile(r"^[ \t]*```[ \t]*(?:lean4?|tactics?)?[ \t]*\n(.*?)(?:^[ \t]*```|\Z)", re.MULTILINE | re.DOTALL | re.IGNORECASE)


def _chat_read(completion: str) -> str:
    """The first block of Lean after any thinking; without a block, the text itself."""
    said = completion.rpartition("</think>")[2]
    block = _BLOCK.search(said)
    return textwrap.dedent(block[1]).strip() if block else said.strip()


# Ours: what a tactic for this state can depend on. A published prompt leaves out the definitions that a file makes before its theorem,
# and a model can then only guess what `f` unfolds to.


def _stepwise(state: ProofState) -> str:
    own = definitions(state.statement.header)
    return (f"[GIVEN]\n{own}\n" if own else "") + f"[STATE]\n{state.pp}\n[TACTIC]\n"


_SETTING_UP = re.compile(r"(?:import|open|set_option|universe|namespace|section|end|noncomputable section)\b")
DEFINITIONS_CHARACTERS = 2_000


def definitions(header: str) -> str:
    """A header without what every file has: imports, `open`s, options, blank lines. The last characters of it, where it is long."""
    lines = [line.rstrip() for line in header.split("\n") if line.strip() and not _SETTING_UP.match(line)]
    return "\n".join(lines)[-DEFINITIONS_CHARACTERS:]


PROMPTS: Mapping[str, Prompt] = {
    prompt.name: prompt
    for prompt in (
        Prompt("bfs-prover", _bfs_prover, str.strip),
        Prompt("bfs-prover-goal", _bfs_prover_goal, str.strip),
        Prompt("reprover", _reprover, _reprover_read),
        Prompt("chat", _chat, _chat_read, chat=True),
        Prompt("stepwise", _stepwise, str.strip),
    )
}
