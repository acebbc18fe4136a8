"""A cluster that is not there, under the scheduler that is: `make sim`.

The team, its places, what it shares, the searches and the Redis server are the real ones. Scripted are Lean (`lean`), what is true and how hard
it is (`world`), the policy, the planner, the agents that search (`agents`) and what goes wrong (`failures`). Time is real; every scripted duration
can be divided by a factor. See docs/scaling.md.
"""
