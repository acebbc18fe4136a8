"""The algebra of the search graph: what proves, fails and wants what."""

import random

from hypothesis import given
from hypothesis import strategies as st

from prover.proof.script import lines, path
from prover.proof.state import ProofState
from prover.search.graph import Graph, Node, Status
from tests.search.scripted import state_of


def status(node: Node) -> Status:
    """Read anew: mypy takes an attribute for what it was last."""
    return node.status


def grow(graph: Graph, parent: Node, tactic: str, *words: str, logprob: float = -1.0) -> list[Node]:
    states = state_of(*words, tactics=(*parent.state.tactics, tactic)).split() if words else ()
    edge, _ = graph.add(parent, tactic, logprob, states)
    return edge.children


def test_a_node_is_proved_when_all_that_a_step_left_is() -> None:
    graph = Graph(state_of("root"))
    left, right = grow(graph, graph.root, "split", "left", "right")
    grow(graph, right, "r")
    assert status(graph.root) is Status.OPEN
    grow(graph, left, "l")
    assert status(graph.root) is Status.PROVED
    assert lines(graph.proof(graph.root)) == ("split", "· l", "· r")


def test_a_problem_that_comes_twice_is_proved_once() -> None:
    graph = Graph(state_of("root"))
    one, other = grow(graph, graph.root, "split", "same", "same")
    assert one is other
    grow(graph, one, "done")
    assert lines(graph.proof(graph.root)) == ("split", "· done", "· done")


def test_one_way_is_enough_and_the_other_is_not_wanted_any_more() -> None:
    graph = Graph(state_of("root"))
    (slow,) = grow(graph, graph.root, "slow", "slow")
    (slower,) = grow(graph, slow, "slower", "slower")
    (fast,) = grow(graph, graph.root, "fast", "fast")
    assert slower.expandable
    grow(graph, fast, "done")
    assert status(graph.root) is Status.PROVED
    assert not slow.expandable
    assert not slower.expandable


def test_failure_goes_up_when_every_way_has_failed() -> None:
    graph = Graph(state_of("root"))
    a, b = grow(graph, graph.root, "and", "a", "b")
    (c,) = grow(graph, graph.root, "or", "c")
    graph.spend(graph.root)
    graph.spend(a)
    assert status(a) is Status.FAILED
    assert status(graph.root) is Status.OPEN
    assert not b.expandable, "its sibling failed: nobody needs it"
    graph.spend(c)
    assert status(graph.root) is Status.FAILED


def test_a_node_that_is_not_wanted_is_wanted_again_on_another_way() -> None:
    graph = Graph(state_of("root"))
    a, b = grow(graph, graph.root, "and", "a", "b")
    (deep,) = grow(graph, b, "on", "deep")
    graph.spend(a)
    assert not deep.expandable
    _, woken = graph.add(graph.root, "again", -1.0, state_of("b").split())
    assert woken == [b, deep]
    grow(graph, deep, "done")
    assert lines(graph.proof(graph.root)) == ("again", "on", "done")


def test_what_failed_before_makes_a_step_dead_on_arrival() -> None:
    graph = Graph(state_of("root"))
    (bad,) = grow(graph, graph.root, "to bad", "bad")
    graph.spend(bad)
    edge, woken = graph.add(graph.root, "and bad", -1.0, state_of("good", "bad").split())
    assert edge.dead
    assert woken == []


def test_a_step_to_itself_is_no_way() -> None:
    graph = Graph(state_of("root"))
    grow(graph, graph.root, "skip", "root")
    graph.spend(graph.root)
    assert status(graph.root) is Status.FAILED


def test_a_likelier_path_moves_a_node_up_unless_it_keeps_the_first() -> None:
    for paths, expected in (("best", (-1.0, 1)), ("first", (-6.0, 2))):
        graph = Graph(state_of("root"), paths=paths)  # type: ignore[arg-type]
        (via,) = grow(graph, graph.root, "via", "via", logprob=-3.0)
        (node,) = grow(graph, via, "to", "node", logprob=-3.0)
        _, woken = graph.add(graph.root, "straight", -1.0, state_of("node").split())
        assert (node.logprob, node.depth) == expected
        assert (node in woken) is (paths == "best")


def other_text(word: str, text: str) -> ProofState:
    """A state that is equal to the word's and prints differently."""
    state = state_of(text)
    return ProofState(state.statement, (), state.goals, word, state.groups, None, (word,))


def test_a_proof_counts_elsewhere_only_once_it_has_been_seen_to_work_there() -> None:
    graph = Graph(state_of("root"))
    (node,) = grow(graph, graph.root, "first", "x")
    (above,) = grow(graph, graph.root, "second", "above")
    edge, _ = graph.add(above, "to x", -1.0, (other_text("x", "y"),))
    assert edge.children == [node]
    grow(graph, node, "by x")
    assert status(above) is Status.OPEN
    assert graph.claims == [(edge, 0)]
    graph.accept(edge, 0, path(["rename", "by x"]))
    assert status(above) is Status.PROVED
    assert lines(graph.proof(above)) == ("to x", "rename", "by x")


def test_a_claim_that_does_not_hold_makes_a_node_of_its_own() -> None:
    graph = Graph(state_of("root"))
    (above,) = grow(graph, graph.root, "to above", "above")
    (node,) = grow(graph, above, "to x", "x")
    edge, _ = graph.add(above, "to y", -1.0, (other_text("x", "y"),))
    graph.root.spent = True
    grow(graph, node, "by x")
    assert status(above) is Status.PROVED, "by its other step"
    graph = Graph(state_of("root"))
    (x,) = grow(graph, graph.root, "aside", "x")
    x_edge = x.parents[0]
    (above,) = grow(graph, graph.root, "to above", "above")
    edge, _ = graph.add(above, "to y", -1.0, (other_text("x", "y"),))
    x_edge.dead = True  # so that the root is not proved by it
    grow(graph, x, "by x")
    [mine] = graph.part(edge, 0)
    assert mine is not x
    assert mine.state.pp == "y"
    grow(graph, mine, "by y")
    assert lines(graph.proof(above)) == ("to y", "by y")


def test_a_retracted_step_takes_the_proofs_with_it_that_rest_on_it_and_no_others() -> None:
    graph = Graph(state_of("root"))
    a, b = grow(graph, graph.root, "and", "a", "b")
    grow(graph, b, "sound")
    grow(graph, a, "cheat")
    assert status(graph.root) is Status.PROVED
    assert graph.last is not None
    cheat = a.edges[0]
    woken = graph.retract(cheat)
    assert (graph.root.status, a.status, b.status) == (Status.OPEN, Status.OPEN, Status.PROVED)
    assert set(woken) == {graph.root, a}
    grow(graph, a, "honest")
    assert lines(graph.proof(graph.root)) == ("and", "· honest", "· sound")


@given(st.integers(0, 10_000))
def test_in_any_graph_status_and_wants_are_what_their_definition_says(seed: int) -> None:
    rng = random.Random(seed)
    graph = Graph(state_of("w0"))
    words = [f"w{number}" for number in range(8)]
    for number in range(rng.randrange(1, 30)):
        node = rng.choice(list(graph))
        if rng.random() < 0.2:
            graph.spend(node)
        elif node.status is Status.OPEN and not node.spent:
            grow(graph, node, f"t{number}", *rng.sample(words, rng.choice([0, 1, 1, 2, 3])))
    nodes = list(graph)
    proved: set[Node] = set()
    while more := [n for n in nodes if n not in proved and any(all(c in proved for c in e.children) for e in n.edges)]:
        proved.update(more)
    assert {node for node in nodes if node.status is Status.PROVED} == proved
    failed: set[Node] = set()
    while worse := [
        n for n in nodes if n not in proved | failed and n.spent and all(n in e.children or any(c in failed for c in e.children) for e in n.edges)
    ]:
        failed.update(worse)
    assert {node for node in nodes if node.status is Status.FAILED} == failed
    for node in nodes:
        if node.status is Status.PROVED:
            assert lines(graph.proof(node))
        waiting = [e for e in dict.fromkeys(node.parents) if e.wanted]
        assert node.wanted == int(node is graph.root) + sum(e.children.count(node) for e in waiting)
        assert all(e.parent.status is Status.OPEN and e.parent.wanted and e.missing and not e.dead for e in waiting)
