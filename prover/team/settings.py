"""What decides how a team works, as values."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from prover.cache.entries import Key
from prover.config import TeamConfig
from prover.proof.state import ProofState
from prover.search.settings import Budget, SearchSettings


@dataclass(frozen=True, slots=True)
class TeamSettings:
    """Attributes:
    team: see `prover.config.TeamConfig`.
    search: of the first agent; the others differ in alpha, temperature and seed.
    budget: of the theorem as a whole.
    environment: see `prover.cache.entries.environment_of`.
    policy, planner: name them, for what is remembered as tried.
    retry: a theorem that is known to have been tried with these settings and as much time is tried again.
    """

    team: TeamConfig
    search: SearchSettings
    budget: Budget
    environment: str
    policy: str
    planner: str = ""
    retry: bool = True

    def key(self, state: ProofState) -> Key:
        """What the state's goal is called in the cache."""
        return Key.of(self.environment, state)

    def agent(self, number: int) -> SearchSettings:
        """The first agent searches as the settings say; the others otherwise, and each from a seed of its own."""
        search, team = self.search, self.team
        if number == 0:
            return search
        alpha = team.alphas[number % len(team.alphas)]
        temperatures = (team.temperatures[number % len(team.temperatures)],) if team.temperatures else search.temperatures
        return replace(search, alpha=(alpha,), temperatures=temperatures, seed=search.seed + number)

    def search_digest(self, search: SearchSettings) -> str:
        """Equal for searches that try the same."""
        return _search_digest(self.policy, search)

    @property
    def digest(self) -> str:
        """Equal for teams that try the same."""
        return _digest([self.policy, self.planner, asdict(self.search), self.team.model_dump(mode="json")])


@lru_cache(1_024)
def _search_digest(policy: str, search: SearchSettings) -> str:
    return _digest([policy, asdict(search)])


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
