"""Settings: a TOML file, then dotted overrides, into one frozen value.

Every knob is documented here and only here; `prover prove --help` and the run directory's `config.json` are made from it.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from prover.resources import resource


class ConfigError(Exception):
    """A settings file or override that cannot be used; one line for the user."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SearchConfig(_Section):
    """Best-first search."""

    nodes: Literal["goals", "states"] = Field(
        "goals", description="goals: goals that share no metavariable are problems of their own, all to be proved; states: whole states"
    )
    merge: Literal["renaming", "text"] = Field(
        "renaming", description="one node: what is equal up to names and order of hypotheses (renaming), or what Lean prints alike (text)"
    )
    paths: Literal["best", "first"] = Field("best", description="a node that is reached again on a likelier path moves up (best), or not (first)")
    alpha: tuple[Annotated[float, Field(ge=0.0, le=8.0)], ...] = Field(
        (0.5,), min_length=1, description="exponent of the path length in the score Σ log p / Lᵅ; larger favours depth; a list: one for each pass"
    )
    logprob: Literal["sum", "mean"] = Field("sum", description="log-probability of a tactic: sum over its tokens, or mean per token")
    samples: int = Field(8, ge=1, le=1024, description="proposals per expansion")
    temperatures: tuple[Annotated[float, Field(gt=0.0, le=10.0)], ...] = Field(
        (), description="temperature of a node's first, second, … question, the last for all further ones; empty: the policy's own"
    )
    max_depth: int = Field(40, ge=1, le=10_000, description="longest path, in tactics")
    max_width: int = Field(1_000, ge=1, description="most steps of one node that are followed")
    max_asks: int = Field(1_000, ge=1, description="most questions about one node")
    again: float = Field(-2.0, le=0.0, description="log-probability that a node loses each time the policy is asked about it again")
    repeats: float = Field(0.0, le=0.0, description="log-probability that a node loses where the policy repeats itself, in proportion")
    value_weight: float = Field(0.0, ge=0.0, description="log-probability that an expected remaining step costs, where there is a value function")
    finishers: tuple[str, ...] = Field((), description="tactics tried on a node before the policy is asked about it")
    finisher_heartbeats: int = Field(1_000, ge=1, description="heartbeats that such a tactic may spend")
    ahead: int = Field(2, ge=1, le=1024, description="nodes of one search in expansion at once; 1: the same seed gives the same search")
    passes: int = Field(1, ge=1, description="searches from the beginning, each with its own seed and alpha")
    pass_expansions: int = Field(1_000_000, ge=1, description="questions to the policy in one pass")
    pass_seconds: float = Field(1e9, gt=0.0, description="wall clock of one pass")
    seed: int = Field(0, ge=0, description="seed of everything random")

    @field_validator("alpha", mode="before")
    @classmethod
    def _one_for_all(cls, value: object) -> object:
        return (value,) if isinstance(value, int | float) else value


class BudgetConfig(_Section):
    """What one theorem may spend; whichever ends first ends the search."""

    seconds: float = Field(60.0, gt=0.0, description="wall clock per theorem")
    expansions: int = Field(1_000_000, ge=1, description="questions to the policy")
    lean_steps: int = Field(10_000_000, ge=1, description="tactics run")


class MinimiseConfig(_Section):
    """Shortening a proof once it is found; not counted in the budget of the search."""

    enabled: bool = Field(True, description="a shorter proof is the result where the judge verifies it; the record keeps the raw one")
    seconds: float = Field(10.0, gt=0.0, description="wall clock per proof")
    lean_steps: int = Field(1_000, ge=1, description="tactics run per proof")


class LeanConfig(_Section):
    """Lean processes and what one tactic may spend."""

    workers: int = Field(2, ge=1, le=256, description="Lean processes that search; each holds 1 to 2 GB")
    step_heartbeats: int = Field(10_000, ge=1, description="heartbeats per tactic (Lean's maxHeartbeats unit)")
    step_seconds: float = Field(15.0, gt=0.0, description="wall clock per tactic; the process is killed when it passes")
    spares: int = Field(1, ge=0, le=16, description="ready processes beyond these, so that a killed one costs no start")
    memory_mb: int | None = Field(None, ge=500, description="resident memory of one process, MB [default: 3000 embedded, 12000 native]")
    states: int = Field(4_000, ge=16, description="proof states that one process keeps; those unused for longest are released")
    tactic_bytes: int = Field(16_384, ge=1, description="longest tactic that is sent to Lean")
    judge_seconds: float = Field(300.0, gt=0.0, description="wall clock per verdict")


class PolicyConfig(_Section):
    """What proposes tactics. `model` means all three of transformers, server and vllm."""

    kind: Literal["automation", "transformers", "server", "vllm", "mixture"] = Field(
        "automation",
        description="automation (built in), transformers (in this process), server (OpenAI-compatible), vllm (in this process; GPU), mixture",
    )
    model: str | None = Field(None, description="model folder or hub name; of a server the name that it serves [default there: the only one]")
    revision: str | None = Field(None, description="commit or tag of a hub model")
    prompt: Literal["stepwise", "bfs-prover", "bfs-prover-goal", "reprover", "chat"] = Field(
        "stepwise", description="prompt format that the model was trained on"
    )
    tokenizer: str | None = Field(None, description="server with prompt chat: folder or hub name of the tokenizer whose chat template is used")
    temperature: float = Field(1.0, ge=0.0, le=10.0, description="model: of the samples, where the search does not say; 0 takes the likeliest token")
    top_p: float = Field(1.0, gt=0.0, le=1.0, description="model: share of the probability that is sampled from; log-probabilities are of the whole")
    max_tokens: int = Field(
        256, ge=1, le=16_384, description="model: longest proposal, its end included; a longer one is counted as truncated and left out"
    )
    max_prompt_tokens: int = Field(
        4_096, ge=1, description="transformers, vllm: longest prompt; a state with a longer one gets no proposals and is counted as truncated"
    )
    device: str = Field("auto", description="transformers: cpu, cuda, cuda:1, … [auto: a GPU where there is one]")
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="transformers, vllm: of the weights [auto: as saved; float32 on a CPU; vllm on a GPU takes float32 as 16 bits]"
    )
    threads: int | None = Field(None, ge=1, le=1024, description="transformers on a CPU: threads; fewer leave more to Lean [default: torch's own]")
    batch: int = Field(128, ge=1, le=65_536, description="transformers: proposals drawn at once, for all searches together")
    endpoints: tuple[str, ...] = Field(
        ("http://127.0.0.1:8000/v1",), min_length=1, description="server: base addresses; the next takes over when one fails"
    )
    api_key_variable: str = Field("OPENAI_API_KEY", description="server: environment variable that holds the key")
    timeout: float = Field(60.0, gt=0.0, description="server, vllm: seconds for one question")
    retries: int = Field(4, ge=0, le=100, description="server: further tries after a failed one, with growing pauses, before the search is faulted")
    concurrency: int = Field(32, ge=1, le=4_096, description="server: questions in flight, for each endpoint")
    stop: tuple[str, ...] = Field((), max_length=4, description="server, vllm: texts that end a proposal, for a model that does not end by itself")
    send_seed: bool = Field(True, description="server: send each question's seed, so that a run repeats; some servers refuse it, or slow down")
    tensor_parallel: int = Field(1, ge=1, le=64, description="vllm: GPUs that share one model")
    gpu_memory: float = Field(0.9, gt=0.0, le=1.0, description="vllm: share of the GPU's memory")
    prefix_caching: bool = Field(True, description="vllm: keep what was computed for prompts that begin alike")
    eager: bool = Field(False, description="vllm: neither compile nor record CUDA graphs; starts sooner with less memory, and answers more slowly")
    lora: str | None = Field(None, description="vllm: folder of a LoRA adapter that is put on the model")
    lora_rank: int = Field(64, ge=1, le=512, description="vllm: largest rank of an adapter")
    mixture_model: Literal["transformers", "server", "vllm"] = Field("transformers", description="mixture: what is mixed with automation")
    automation_weight: float = Field(0.3, gt=0.0, lt=1.0, description="mixture: probability of automation in it; `prover.policy.calibration` fits it")
    automation_share: float = Field(0.5, ge=0.0, le=1.0, description="mixture: share of the proposals that automation is asked for")

    @field_validator("endpoints", "stop", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return _split(value)


class CacheConfig(_Section):
    """The shared proof cache. What it says is replayed before it counts; nothing in it can make a wrong proof."""

    server: str = Field(
        "off", description="off; embedded: a Redis of its own, kept in the cache folder; or redis://[:password@]host:port/db, rediss://…, unix://…"
    )
    password_variable: str = Field("STEPWISE_REDIS_PASSWORD", description="environment variable that holds the password, where the address has none")
    prefix: str = Field("stepwise", min_length=1, description="of every key; a server can hold several caches")
    max_mb: int = Field(
        512, ge=1, description="size of the cache; beyond it what was tried goes first, then disproved, then proved goals unused for longest"
    )
    lease_seconds: float = Field(10.0, gt=0.0, description="a goal that somebody is at is free again so long after the last sign of life")
    retry: bool = Field(True, description="search for a theorem again that was tried with these settings and as much time; false: give up at once")
    timeout: float = Field(2.0, gt=0.0, description="seconds for one question to the server; then the run goes on without it for a while")


class PlannerConfig(_Section):
    """What cuts hard goals into easier ones."""

    kind: Literal["none", "structural", "llm"] = Field(
        "none", description="none: search alone; structural: built in; llm: a chat server, and structural"
    )
    model: str | None = Field(None, description="llm: the name that the server gives it [default: the only one]")
    endpoints: tuple[str, ...] = Field(
        ("http://127.0.0.1:8000/v1",), min_length=1, description="llm: base addresses; the next takes over when one fails"
    )
    api_key_variable: str = Field("OPENAI_API_KEY", description="llm: environment variable that holds the key")
    samples: int = Field(2, ge=1, le=64, description="llm: plans for one question")
    temperature: float = Field(1.0, ge=0.0, le=10.0, description="llm: of the samples")
    max_tokens: int = Field(4_096, ge=16, description="llm: longest answer; a longer one is no plan, and is counted")
    timeout: float = Field(120.0, gt=0.0, description="llm: seconds for one question")
    retries: int = Field(3, ge=0, le=100, description="llm: times that a question is asked again after 429, 5xx or no answer")
    calls: int = Field(16, ge=1, description="llm: questions for one theorem")
    tokens: int = Field(200_000, ge=1, description="llm: tokens for one theorem, read and written")
    seconds: float = Field(600.0, gt=0.0, description="llm: waiting for answers, for one theorem")

    @field_validator("endpoints", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return _split(value)


class TeamConfig(_Section):
    """Step-provers and planner on one theorem, where there is a planner. The budget is that of the theorem as a whole."""

    rounds: int = Field(3, ge=1, le=100, description="times that a goal is planned for: after the first, what was learnt goes into the next plan")
    depth: int = Field(2, ge=1, le=10, description="plans for subgoals of plans")
    direct_seconds: float = Field(10.0, ge=0.0, description="search for the theorem itself before it is planned for")
    direct_share: float = Field(0.5, ge=0.0, le=1.0, description="share of the places that the theorem itself keeps while subgoals wait")
    check_seconds: float = Field(3.0, gt=0.0, description="search for a proof that a plan suffices, and for a proof that a subgoal is false")
    subgoal_seconds: float = Field(20.0, gt=0.0, description="search for a subgoal before it is stuck")
    plans: int = Field(2, ge=1, le=64, description="plans for one goal that are followed at once")
    alphas: tuple[Annotated[float, Field(ge=0.0, le=8.0)], ...] = Field(
        (0.5, 1.0, 0.2), min_length=1, description="alpha of the first, second, … agent"
    )
    temperatures: tuple[Annotated[float, Field(gt=0.0, le=10.0)], ...] = Field((), description="temperature of the first, second, … agent")


class Settings(_Section):
    """All settings of a run."""

    search: SearchConfig = SearchConfig()
    budget: BudgetConfig = BudgetConfig()
    minimise: MinimiseConfig = MinimiseConfig()
    lean: LeanConfig = LeanConfig()
    policy: PolicyConfig = PolicyConfig()
    cache: CacheConfig = CacheConfig()
    planner: PlannerConfig = PlannerConfig()
    team: TeamConfig = TeamConfig()


def _split(value: object) -> object:
    """`--set section.key=A,B` as well as a TOML list."""
    return tuple(part for part in value.split(",") if part) if isinstance(value, str) else value


def recorded(settings: Settings) -> dict[str, Any]:
    """The settings as a run's record has them: where its cache is, and with which password, decides no result."""
    values = settings.model_dump(mode="json")
    values["cache"] = {"used": settings.cache.server != "off", "retry": settings.cache.retry}
    return values


def load(path: Path | None, overrides: Sequence[str] = ()) -> Settings:
    """Reads a settings file and applies overrides such as ``search.alpha=0.7``.

    Args:
        path: a file, or the name of one that comes with the project (default, bfs-prover-v2).

    Raises:
        ConfigError: unreadable file, unknown key, value out of range.
    """
    values: dict[str, Any] = {}
    origin = "settings"
    if path is not None:
        origin = str(path)
        bundled = resource("configs") / f"{path}.toml"
        if not path.exists() and len(path.parts) == 1 and bundled.exists():
            path = bundled
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"cannot read settings from {path}: {error}") from error
    for override in overrides:
        _apply(values, override)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{origin}: {where}: {first['msg']}") from error


def _apply(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    parts = key.strip().split(".")
    if not equals or len(parts) != 2:
        raise ConfigError(f"override {override!r}: write SECTION.KEY=VALUE, for example search.alpha=0.7")
    try:
        value = tomllib.loads(f"value = {text.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    section = values.setdefault(parts[0], {})
    if not isinstance(section, dict):
        raise ConfigError(f"override {override!r}: {parts[0]} is not a section")
    section[parts[1]] = value
