"""The transformers policy on a tiny model: its log-probabilities, its batches, and what does not fit."""

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from prover.config import PolicyConfig
from prover.policy.causal_lm import CausalLM, load
from prover.policy.choose import policy_of
from prover.policy.prompts import PROMPTS
from prover.policy.sampling import Request, draw
from prover.proof.proposal import Answer, PolicyFault, Question
from tests.policy.states import RECORDED, plain, recorded
from tests.policy.teacher import forced

NAMES = sorted(RECORDED)[:6]


def config(tiny: Path, **changes: Any) -> PolicyConfig:
    return PolicyConfig(kind="transformers", model=str(tiny), max_tokens=48, device="cpu").model_copy(update=changes)


@pytest.fixture(scope="module")
def engine(tiny: Path) -> CausalLM:
    return load(config(tiny))


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return [Question(recorded(name), samples=6, seed=number) for number, name in enumerate(NAMES)]


@pytest.fixture(scope="module")
def answers(engine: CausalLM, questions: list[Question]) -> list[Answer]:
    return engine.answer(questions)


@pytest.mark.parametrize(("temperature", "top_p"), [(1.0, 1.0), (1.7, 1.0), (0.8, 0.9), (0.0, 1.0)])
def test_log_probabilities_are_those_of_teacher_forcing_at_temperature_1_whatever_was_drawn_with(
    tiny: Path, temperature: float, top_p: float
) -> None:
    model = AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(tiny)
    prompts = [tuple(tokenizer(PROMPTS["stepwise"].render(recorded(name)))["input_ids"]) for name in NAMES]
    requests = [Request(prompt, 3, temperature, top_p, 24, seed) for seed, prompt in enumerate(prompts)]
    for request, sequences in zip(requests, draw(model, requests, {tokenizer.eos_token_id}), strict=True):
        for drawn in sequences:
            assert drawn.logprobs == pytest.approx(forced(model, request.prompt, drawn.tokens), abs=1e-4)
            assert drawn.finished == (drawn.tokens[-1] == tokenizer.eos_token_id)
            assert drawn.finished or len(drawn.tokens) == 24


def test_every_sample_is_a_proposal_or_is_counted(questions: list[Question], answers: list[Answer]) -> None:
    for question, answer in zip(questions, answers, strict=True):
        assert len(answer.proposals) + answer.truncated + answer.dropped == question.samples
        assert answer.tokens_in > 0 < answer.tokens_out
        for proposal in answer.proposals:
            assert sum(proposal.token_logprobs) == pytest.approx(proposal.logprob)
            assert all(logprob <= 0 for logprob in proposal.token_logprobs)
    assert sum(len(answer.proposals) for answer in answers) >= 20  # the model has learnt to end a tactic


def test_an_answer_does_not_depend_on_what_else_is_in_the_batch(engine: CausalLM, questions: list[Question], answers: list[Answer]) -> None:
    for question, answer in zip(questions, answers, strict=True):
        [alone] = engine.answer([question])
        assert [p.tactic for p in alone.proposals] == [p.tactic for p in answer.proposals]
        assert [p.logprob for p in alone.proposals] == pytest.approx([p.logprob for p in answer.proposals], abs=1e-4)


def test_another_seed_draws_other_tactics_and_the_same_seed_the_same(engine: CausalLM) -> None:
    first, again, other = engine.answer([Question(recorded(NAMES[0]), 16, seed=seed) for seed in (5, 5, 6)])
    assert [p.tactic for p in first.proposals] == [p.tactic for p in again.proposals]
    assert [p.tactic for p in first.proposals] != [p.tactic for p in other.proposals]


def test_samples_follow_the_models_distribution(tiny: Path) -> None:
    model = AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32).eval()
    prompt = tuple(AutoTokenizer.from_pretrained(tiny)("[STATE]\n⊢ p ∧ q\n[TACTIC]\n")["input_ids"])
    [drawn] = draw(model, [Request(prompt, 4_000, 1.0, 1.0, 1, seed=3)], {-1})
    counts = torch.bincount(torch.tensor([one.tokens[0] for one in drawn]), minlength=model.config.vocab_size) / 4_000
    with torch.inference_mode():
        probability = torch.softmax(model(torch.tensor([prompt])).logits[0, -1], -1)
    assert (counts - probability).abs().sum() / 2 < 0.15  # total variation; of as many draws from itself it is about 0.05 to 0.1


def test_top_p_draws_from_the_likeliest_tokens_only(tiny: Path) -> None:
    model = AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32).eval()
    prompt = tuple(AutoTokenizer.from_pretrained(tiny)("[STATE]\n⊢ p ∧ q\n[TACTIC]\n")["input_ids"])
    with torch.inference_mode():
        ordered, order = torch.softmax(model(torch.tensor([prompt])).logits[0, -1], -1).sort(descending=True)
    nucleus = set(order[: int((ordered.cumsum(-1) < 0.5).sum()) + 1].tolist())
    [drawn] = draw(model, [Request(prompt, 500, 1.0, 0.5, 1, seed=3)], {-1})
    assert {one.tokens[0] for one in drawn} == nucleus


def test_temperature_0_takes_the_likeliest_text(engine: CausalLM) -> None:
    [answer] = engine.answer([Question(recorded(NAMES[1]), 3, temperature=0.0)])
    assert len({p.tactic for p in answer.proposals}) <= 1


def test_a_question_without_a_temperature_has_the_policys(tiny: Path) -> None:
    cold = load(config(tiny, temperature=0.0))
    state = recorded(NAMES[1])
    [left_open], [asked_for] = cold.answer([Question(state, 2)]), cold.answer([Question(state, 2, temperature=0.0)])
    assert [p.tactic for p in left_open.proposals] == [p.tactic for p in asked_for.proposals]


def test_a_tactic_longer_than_allowed_is_truncated_and_counted(tiny: Path) -> None:
    [answer] = load(config(tiny, max_tokens=1)).answer([Question(recorded(NAMES[0]), 20)])
    assert answer.truncated + answer.dropped == 20  # a single token can only be the end of an empty text
    assert answer.truncated > 0
    assert not answer.proposals


@pytest.mark.parametrize("changes", [{"max_prompt_tokens": 10}, {}])
def test_a_prompt_that_does_not_fit_gets_no_proposals_and_is_counted_and_its_neighbours_are_answered(tiny: Path, changes: dict[str, Any]) -> None:
    long = plain("h : " + "x + " * 4_000 + "x = 0\n⊢ False")  # longer than the model's context
    unread, read = load(config(tiny, **changes)).answer([Question(long, 4), Question(plain("⊢ p"), 4)])
    assert (unread.proposals, unread.truncated, unread.tokens_out) == ((), 1, 0)
    assert unread.tokens_in > 4_000
    assert changes or read.tokens_out > 0


def test_a_prompt_that_nearly_fills_the_context_is_answered_within_it(tiny: Path) -> None:
    engine = load(config(tiny))
    context = engine.context
    tokens_in, length = 0, 0
    while tokens_in < context - 8:
        length += max(1, (context - 8 - tokens_in) // 8)
        [answer] = engine.answer([Question(plain("h : " + "x + " * length + "x = 0\n⊢ False"), 2)])
        tokens_in = answer.tokens_in
    assert answer.truncated + answer.dropped + len(answer.proposals) == (2 if tokens_in < context else 1)


def test_a_chat_model_is_asked_through_its_template(tiny: Path) -> None:
    [answer] = load(config(tiny, prompt="chat")).answer([Question(plain("⊢ p"), 2)])
    assert answer.tokens_in > 50


@pytest.mark.parametrize(
    ("missing", "said"),
    [("config.json", "it has no config.json"), ("model.safetensors", r"it has no \*.safetensors"), ("tokenizer.json", "it has no tokenizer.json")],
)
def test_a_folder_that_is_no_model_is_refused_by_what_it_lacks(tiny: Path, tmp_path: Path, missing: str, said: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny, folder)
    (folder / missing).unlink()
    if missing == "tokenizer.json":
        (folder / "tokenizer_config.json").unlink()
    with pytest.raises(PolicyFault, match=said):
        load(config(folder))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyFault, match="no such folder"):
        load(config(tmp_path / "nothing"))


def test_weights_that_are_no_weights_are_refused_in_one_line(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny, folder)
    (folder / "model.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(PolicyFault, match="cannot be loaded") as caught:
        load(config(folder))
    assert "\n" not in str(caught.value)


async def test_a_policy_that_is_not_installed_says_what_to_install() -> None:
    if find_spec("vllm") is not None:
        pytest.skip("vllm is installed here")
    with pytest.raises(PolicyFault, match=r"pip install 'stepwise-prover\[vllm\]'"):
        async with policy_of(PolicyConfig(kind="vllm", model="any"), {}):
            pass


def test_the_identity_tells_weights_apart(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(tiny, folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    assert load(config(tiny)).identity == load(config(folder)).identity
    model.lm_head.weight.data[0, 0] += 1
    model.save_pretrained(folder)
    assert load(config(tiny)).identity != load(config(folder)).identity
