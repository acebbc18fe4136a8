"""The algebra of the search graph and its frontier."""

from hypothesis import given
from hypothesis import strategies as st

from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.search.graph import Frontier, Graph, Node, path_score

STATEMENT = Statement("t", "", "theorem t : True")
logprobs = st.floats(min_value=-50, max_value=0)
depths = st.integers(min_value=1, max_value=60)
alphas = st.floats(min_value=0, max_value=3)


def state(key: str) -> ProofState:
    return ProofState(STATEMENT, (), (), key, ())


@given(logprobs, depths, alphas)
def test_alpha_favours_depth_and_zero_is_the_plain_sum(logprob: float, depth: int, alpha: float) -> None:
    assert path_score(logprob, depth, 0.0) == logprob
    assert path_score(logprob, depth, alpha) <= path_score(logprob, depth + 1, alpha) <= 0


@given(st.lists(st.tuples(logprobs, depths), min_size=1, max_size=40), alphas)
def test_the_frontier_pops_by_score_and_first_come_first_among_equals(nodes: list[tuple[float, int]], alpha: float) -> None:
    frontier = Frontier(alpha)
    for number, (logprob, depth) in enumerate(nodes):
        frontier.push(Node(state(str(number)), logprob, depth))
    popped = [frontier.pop() for _ in range(len(frontier))]
    keys = [(-path_score(node.logprob, node.depth, alpha), int(node.state.key)) for node in popped]
    assert keys == sorted(keys)


@given(st.lists(st.sampled_from("abcde"), max_size=30))
def test_a_state_is_one_node_with_all_the_edges_into_it(keys: list[str]) -> None:
    graph = Graph(state("root"))
    added = [key for key in keys if graph.add(graph.root, f"to {key}", -1.0, 0, state(key)) is not None]
    assert added == list(dict.fromkeys(keys))
    assert len(graph) == 1 + len(set(keys))


def test_asking_again_has_a_price() -> None:
    frontier = Frontier(0.5)
    again, new = Node(state("again"), -1.0, 2), Node(state("new"), -2.0, 2)
    frontier.push(again, penalty=-4.0)
    frontier.push(new)
    assert frontier.pop() is new
