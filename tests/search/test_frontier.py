"""The order in which nodes are expanded."""

from hypothesis import given
from hypothesis import strategies as st

from prover.search.frontier import Frontier, path_score
from prover.search.graph import Node
from tests.search.scripted import state_of

logprobs = st.floats(min_value=-50, max_value=0)
depths = st.integers(min_value=1, max_value=60)
alphas = st.floats(min_value=0, max_value=3)


def node(logprob: float, depth: int, remaining: float = 0.0) -> Node:
    return Node(state_of("x"), logprob, depth, wanted=1, remaining=remaining)


def popped(frontier: Frontier) -> list[Node]:
    return list(iter(frontier.pop, None))


@given(logprobs, depths, alphas)
def test_alpha_favours_depth_and_zero_is_the_plain_sum(logprob: float, depth: int, alpha: float) -> None:
    assert path_score(logprob, depth, 0.0) == logprob
    assert path_score(logprob, depth, alpha) <= path_score(logprob, depth + 1, alpha) <= 0


@given(st.lists(st.tuples(logprobs, depths), min_size=1, max_size=40), alphas)
def test_the_best_comes_first_and_first_come_first_among_equals(paths: list[tuple[float, int]], alpha: float) -> None:
    frontier = Frontier(alpha)
    nodes = [node(*path) for path in paths]
    for one in nodes:
        frontier.push(one)
    keys = [(-path_score(one.logprob, one.depth, alpha), nodes.index(one)) for one in popped(frontier)]
    assert len(keys) == len(nodes)
    assert keys == sorted(keys)


def test_a_node_has_one_place_and_moves_when_its_score_does() -> None:
    frontier = Frontier(0.5)
    early, late = node(-1.0, 1), node(-2.0, 1)
    frontier.push(early)
    frontier.push(late)
    late.logprob = -0.5
    frontier.push(late)
    assert popped(frontier) == [late, early]


def test_asking_again_and_steps_still_to_come_have_a_price() -> None:
    frontier = Frontier(0.5, value_weight=0.1)
    again, far, new = node(-1.0, 2), node(-1.0, 2, remaining=50.0), node(-2.0, 2)
    again.penalty = -4.0
    for one in (again, far, new):
        frontier.push(one)
    assert popped(frontier) == [new, again, far]


def test_what_is_not_worth_expanding_is_left_out() -> None:
    frontier = Frontier(0.5)
    unwanted, spent, busy, good = (node(-1.0, 1) for _ in range(4))
    for one in (unwanted, spent, busy, good):
        frontier.push(one)
    unwanted.wanted, spent.spent, busy.expanding = 0, True, True
    assert popped(frontier) == [good]
