"""What is worth working on, and what becomes of plans, on goals that are words."""

from planners.layout import GOAL, Layout, Subgoal
from planners.plan import Lemma, Plan
from prover.proof.script import Proof
from prover.team.board import Board, Branch, Problem
from tests.search.scripted import state_of

DONE = Proof("done")


def follow(board: Board, problem: Problem, goal_uses: str, **lemmas: str) -> Branch:
    """Follows a plan: ``a="b c"`` is a lemma a that uses b and c; the goal itself is proved from its lemmas already."""
    plan = Plan(tuple(Lemma(name, f": {name}", tuple(uses.split())) for name, uses in lemmas.items()), uses=tuple(goal_uses.split()))
    subgoals = [Subgoal(lemma.name, state_of(lemma.name), lemma.uses, True) for lemma in plan.lemmas]
    goal = Subgoal(GOAL, state_of(f"{problem.name} from {goal_uses}"), plan.uses, False)
    layout = Layout(plan, problem.state, None, plan.uses, (*subgoals, goal))
    return board.follow(problem, layout, {GOAL: (DONE, 1)})


def names(problems: list[Problem]) -> list[str]:
    return [problem.name for problem in problems]


def test_what_most_of_the_plan_rests_on_comes_first() -> None:
    board = Board(state_of("root"))
    follow(board, board.root, "top other", base="", middle="base", top="middle", other="")
    assert names(board.subgoals(10.0)) == ["base", "middle", "top", "other"]


def test_what_was_searched_for_least_comes_before_that() -> None:
    board = Board(state_of("root"))
    branch = follow(board, board.root, "a b", a="", b="a")
    branch.parts["a"].searched = 1
    assert names(board.subgoals(10.0)) == ["b", "a"]


def test_the_plan_that_lacks_least_comes_first() -> None:
    board = Board(state_of("root"))
    follow(board, board.root, "a b", a="", b="")
    follow(board, board.root, "c", c="")
    assert names(board.subgoals(10.0))[0] == "c"


def test_a_plan_is_complete_when_everything_it_rests_on_is_proved() -> None:
    board = Board(state_of("root"))
    branch = follow(board, board.root, "a", a="", idle="")
    assert set(branch.parts) == {"a", GOAL}
    assert not branch.complete
    board.prove(branch.parts["a"], DONE, 1)
    assert branch.complete


def test_one_subgoal_of_two_plans_is_one_problem() -> None:
    board = Board(state_of("root"))
    one, two = follow(board, board.root, "a b", a="", b=""), follow(board, board.root, "a c", a="", c="")
    assert one.parts["a"] is two.parts["a"]
    board.prove(one.parts["a"], DONE, 1)
    assert names(board.subgoals(10.0)) == ["b", "c"]


def test_a_subgoal_that_is_given_up_takes_its_plans_with_it_and_what_only_they_wanted() -> None:
    board = Board(state_of("root"))
    one, two = follow(board, board.root, "a b", a="", b=""), follow(board, board.root, "b c", b="", c="")
    board.give_up(one.parts["a"], "no proof in 5 s")
    assert (one.dead, two.dead) == ("a: no proof in 5 s", "")
    assert names(board.subgoals(10.0)) == ["b", "c"]
    [rejected] = board.root.rejected
    assert (rejected.plan, rejected.stuck) == (one.layout.plan, ("a",))


def test_a_plan_with_a_subgoal_that_was_given_up_before_is_dead_at_once() -> None:
    board = Board(state_of("root"))
    board.give_up(follow(board, board.root, "a", a="").parts["a"], "no")
    assert follow(board, board.root, "a b", a="", b="").dead


def test_what_is_proved_of_dead_plans_is_known() -> None:
    board = Board(state_of("root"))
    branch = follow(board, board.root, "a b c", a="", b="a", c="")
    board.prove(branch.parts["a"], DONE, 1)
    board.prove(branch.parts["b"], DONE, 1)
    board.give_up(branch.parts["c"], "no")
    assert [known.name for known in board.known(board.root)] == ["a"]  # b is proved from a, which its text alone does not say


def test_nothing_is_wanted_once_the_theorem_is_proved() -> None:
    board = Board(state_of("root"))
    follow(board, board.root, "a", a="")
    board.prove(board.root, DONE, 1)
    assert board.wanted() == []


def test_plans_of_subgoals_are_wanted_through_them() -> None:
    board = Board(state_of("root"))
    outer = follow(board, board.root, "a", a="")
    follow(board, outer.parts["a"], "x", x="")
    assert names(board.wanted()) == ["theorem", "a", "x"]
    board.prove(outer.parts["a"], DONE, 1)
    assert names(board.wanted()) == ["theorem"]


def test_the_best_partial_proof_is_the_one_that_lacks_least() -> None:
    board = Board(state_of("root"))
    follow(board, board.root, "a b c", a="", b="", c="")
    near = follow(board, board.root, "d e", d="", e="")
    board.prove(near.parts["d"], DONE, 1)
    assert board.best() is near
