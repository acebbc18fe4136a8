"""vLLM in this process, on the CPU, with a tiny model: its log-probabilities, other weights, an adapter, and what is a fault.

Runs where vLLM is installed: `make test-vllm`. Each engine takes half a minute to start, and 3 GB.
"""

import importlib.util
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from prover.config import PolicyConfig
from prover.policy.choose import policy_of
from prover.policy.completion import is_tactic_text
from prover.policy.tiny import build_tiny
from prover.policy.vllm_engine import VllmPolicy, start
from prover.proof.proposal import PolicyFault, Question
from tests.policy.states import RECORDED, plain, recorded
from tests.policy.teacher import forced

pytestmark = pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vLLM is not installed here; `make test-vllm` has it")

NAMES = sorted(RECORDED, key=lambda name: len(recorded(name).pp))[:6]
SETTINGS = {
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "TORCHDYNAMO_DISABLE": "1",  # compiling costs a tiny model more than it saves
}
Drawn = list[tuple[Sequence[int], Sequence[int]]]


@pytest.fixture(scope="module", autouse=True)
def environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        yield


def config(model: Path, **changes: Any) -> PolicyConfig:
    return PolicyConfig(kind="vllm", model=str(model), max_tokens=48, eager=True).model_copy(update=changes)


@pytest.fixture(scope="module")
async def policy(tiny: Path) -> AsyncIterator[VllmPolicy]:
    policy = start(config(tiny))
    yield policy
    await policy.close()


@pytest.fixture(scope="module")
def other(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with other weights."""
    folder = tmp_path_factory.mktemp("models") / "other"
    shutil.copytree(tiny, folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        for weight in model.parameters():
            weight += 0.02 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(1))
    model.save_pretrained(folder)
    return folder


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """The tokens of every prompt and of what was written after it, as the engine gives them."""
    from vllm.v1.engine.async_llm import AsyncLLM

    generate, drawn = AsyncLLM.generate, Drawn()

    async def recording(engine: Any, prompt: Any, *args: Any, **options: Any) -> AsyncIterator[Any]:
        async for result in generate(engine, prompt, *args, **options):
            drawn.extend((prompt["prompt_token_ids"], list(output.token_ids)) for output in sorted(result.outputs, key=lambda output: output.index))
            yield result

    monkeypatch.setattr(AsyncLLM, "generate", recording)
    return drawn


async def assert_teacher_agrees(policy: VllmPolicy, drawn: Drawn, folder: Path, temperature: float = 1.0, model: Any = None) -> None:
    """Every log-probability in some answers is what a model gives to those tokens."""
    model = model or AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    compared = 0
    for seed, name in enumerate(NAMES):
        drawn.clear()
        [answer] = await policy.propose([Question(recorded(name), 6, temperature=temperature, seed=100 * seed)])
        finished = [(prompt, tokens) for prompt, tokens in drawn if tokens[-1] == tokenizer.eos_token_id]
        usable = [(prompt, tokens) for prompt, tokens in finished if is_tactic_text(tokenizer.decode(tokens[:-1]))]
        assert answer.truncated == len(drawn) - len(finished)
        assert answer.dropped == len(finished) - len(usable)
        for proposal, (prompt, tokens) in zip(answer.proposals, usable, strict=True):
            assert proposal.token_logprobs == pytest.approx(forced(model, prompt, tokens), abs=1e-3)
            assert proposal.tactic == tokenizer.decode(tokens[:-1]).strip()
            assert answer.tokens_in == len(prompt)
            compared += 1
    assert compared >= len(NAMES)


@pytest.mark.parametrize("temperature", [1.0, 1.7, 0.3, 0.0])
async def test_log_probabilities_are_those_of_teacher_forcing_at_temperature_1_whatever_was_drawn_with(
    policy: VllmPolicy, drawn: Drawn, tiny: Path, temperature: float
) -> None:
    await assert_teacher_agrees(policy, drawn, tiny, temperature)


async def test_every_sample_is_a_proposal_or_is_counted_and_at_temperature_0_there_is_one(policy: VllmPolicy) -> None:
    questions = [Question(recorded(name), 8, temperature=temperature) for name in NAMES for temperature in (1.0, 0.0)]
    for question, answer in zip(questions, await policy.propose(questions), strict=True):
        assert len(answer.proposals) + answer.truncated + answer.dropped == (8 if question.temperature else 1)


async def test_the_same_seed_draws_the_same_tactics_whatever_is_asked_beside_it_and_another_seed_draws_others(policy: VllmPolicy) -> None:
    first, again, other = (Question(recorded(NAMES[0]), 16, seed=seed) for seed in (500, 500, 600))
    beside = [Question(recorded(name), 16, seed=seed) for seed, name in enumerate(NAMES * 4)]
    [alone] = await policy.propose([first])
    repeated, different, *_ = await policy.propose([again, other, *beside])
    assert [p.tactic for p in alone.proposals] == [p.tactic for p in repeated.proposals]
    assert [p.tactic for p in alone.proposals] != [p.tactic for p in different.proposals]


async def test_a_prompt_that_does_not_fit_gets_no_proposals_and_is_counted_and_its_neighbours_are_answered(policy: VllmPolicy) -> None:
    long = plain("h : " + "x + " * 4_000 + "x = 0\n⊢ False")  # longer than the model's context
    unread, read = await policy.propose([Question(long, 4), Question(plain("⊢ p"), 4)])
    assert (unread.proposals, unread.truncated, unread.tokens_out) == ((), 1, 0)
    assert unread.tokens_in > 4_000
    assert read.tokens_out > 0


async def test_many_long_prompts_at_once_are_all_answered(policy: VllmPolicy) -> None:
    """More than one step of the engine reads."""
    long = [plain(f"h : {number} " + "x + " * 300 + "x = 0\n⊢ False") for number in range(16)]
    for answer in await policy.propose([Question(state, 2, seed=seed) for seed, state in enumerate(long)]):
        assert 300 < answer.tokens_in < 2_000
        assert len(answer.proposals) + answer.truncated + answer.dropped == 2


async def test_other_weights_are_taken_and_given_back(policy: VllmPolicy, drawn: Drawn, tiny: Path, other: Path) -> None:
    """The same questions before and after: nothing that was computed with the old weights is used again."""
    before = dict(policy.identity)
    await assert_teacher_agrees(policy, drawn, tiny)
    await policy.reload(other)
    assert policy.identity == {**before, "model": "other", "weights": policy.identity["weights"]} != before
    await assert_teacher_agrees(policy, drawn, other)
    await policy.reload(tiny)
    assert policy.identity == before
    await assert_teacher_agrees(policy, drawn, tiny)


async def test_a_folder_that_is_no_model_is_not_taken_and_the_old_weights_stay(policy: VllmPolicy, drawn: Drawn, tiny: Path, tmp_path: Path) -> None:
    before = dict(policy.identity)
    with pytest.raises(PolicyFault, match=r"it has no config\.json"):
        await policy.reload(tmp_path)
    assert policy.identity == before
    await assert_teacher_agrees(policy, drawn, tiny)


async def test_weights_of_another_shape_are_not_taken_and_the_old_weights_stay(policy: VllmPolicy, drawn: Drawn, tiny: Path, tmp_path: Path) -> None:
    build_tiny(tmp_path / "wide", ["intro h"], width=256)
    with pytest.raises(PolicyFault, match=r"_size is .* there and .* here"):
        await policy.reload(tmp_path / "wide")
    await assert_teacher_agrees(policy, drawn, tiny)


@pytest.fixture
def adapter(tmp_path: Path, tiny: Path) -> Path:
    """A LoRA adapter as PEFT writes them, of random weights, on two projections of each layer."""
    from safetensors.torch import save_file

    folder, rank = tmp_path / "adapter", 8
    generator = torch.Generator().manual_seed(2)
    parts = {}
    for name, weight in AutoModelForCausalLM.from_pretrained(tiny).named_parameters():
        if "q_proj" in name or "down_proj" in name:
            stem = f"base_model.model.{name.removesuffix('.weight')}"
            parts[f"{stem}.lora_A.weight"] = 0.1 * torch.randn((rank, weight.shape[1]), generator=generator)
            parts[f"{stem}.lora_B.weight"] = 0.1 * torch.randn((weight.shape[0], rank), generator=generator)
    folder.mkdir()
    save_file(parts, folder / "adapter_model.safetensors")
    settings = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": rank, "lora_alpha": 16, "target_modules": ["q_proj", "down_proj"], "bias": "none"}
    (folder / "adapter_config.json").write_text(json.dumps(settings))
    return folder


def merged(folder: Path, adapter: Path) -> Any:
    """A model with an adapter's matrices added to its own: W + α/r · B A (LoRA, arXiv:2106.09685)."""
    from safetensors.torch import load_file

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    parts = load_file(adapter / "adapter_model.safetensors")
    with torch.no_grad():
        for name, weight in model.named_parameters():
            stem = f"base_model.model.{name.removesuffix('.weight')}"
            if f"{stem}.lora_A.weight" in parts:
                weight += 16 / 8 * parts[f"{stem}.lora_B.weight"] @ parts[f"{stem}.lora_A.weight"]
    return model


async def test_an_adapter_is_put_on_the_model_and_stays_on_other_weights(tiny: Path, other: Path, adapter: Path, drawn: Drawn) -> None:
    policy = start(config(tiny, lora=str(adapter), lora_rank=9))  # vLLM knows few ranks: the next is taken
    try:
        named = policy.identity["lora"]
        await assert_teacher_agrees(policy, drawn, tiny, model=merged(tiny, adapter))
        await policy.reload(other)
        assert policy.identity["lora"] == named
        await assert_teacher_agrees(policy, drawn, other, model=merged(other, adapter))
    finally:
        await policy.close()


def test_an_adapter_that_is_none_is_refused(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(PolicyFault, match=r"adapter .*adapter_config\.json"):
        start(config(tiny, lora=str(tmp_path)))


def test_a_folder_that_is_no_model_is_refused_by_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(PolicyFault, match=r"it has no config\.json"):
        start(config(tmp_path))


def descendants() -> dict[int, str]:
    """Processes that come from this one, but for Python's own tracker of shared memory, which stays for the next engine."""
    parents, names = {}, {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal():
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                names[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue  # it has just ended
    found: set[int] = set()
    while more := {pid for pid, parent in parents.items() if parent in found | {os.getpid()}} - found:
        found |= more
    return {pid: names[pid] for pid in found if "resource_tracker" not in names[pid]}


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def broken(tiny: Path, tmp_path: Path) -> Path:
    """The tiny model with a file of weights that are none."""
    folder = tmp_path / "broken"
    shutil.copytree(tiny, folder)
    (folder / "model.safetensors").write_bytes(b"\0" * 100)
    return folder


async def test_weights_that_are_no_weights_are_refused_in_one_line_and_leave_no_process(broken: Path) -> None:
    before = descendants()
    with pytest.raises(PolicyFault, match="does not start") as caught:
        start(config(broken))
    assert "\n" not in str(caught.value)
    assert not descendants().keys() - before.keys()


async def test_after_weights_that_broke_off_every_question_is_a_fault_and_closing_leaves_no_process(tiny: Path, broken: Path) -> None:
    before = descendants()
    async with policy_of(config(tiny), {}) as policy:
        assert isinstance(policy, VllmPolicy)
        [answer] = await policy.propose([Question(plain("⊢ p"), 2)])
        assert answer.tokens_out > 0
        with pytest.raises(PolicyFault, match="has none now") as caught:
            await policy.reload(broken)
        assert "\n" not in str(caught.value)
        with pytest.raises(PolicyFault, match="has none now"):
            await policy.propose([Question(plain("⊢ p"), 2)])
        its_own = descendants().keys() - before.keys()
        assert its_own
    assert not [name for pid, name in descendants().items() if pid in its_own]
    assert not any(running(pid) for pid in its_own)


async def test_an_engine_that_dies_is_a_fault_and_leaves_no_process(tiny: Path) -> None:
    before = descendants()
    async with policy_of(config(tiny), {}) as policy:
        await policy.propose([Question(plain("⊢ p"), 2)])
        its_own = descendants().keys() - before.keys()
        for pid in its_own:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(PolicyFault, match="vllm failed"):
            await policy.propose([Question(plain("⊢ p"), 2)])
    assert not any(running(pid) for pid in its_own)
