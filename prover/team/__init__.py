"""Planner and step-provers on one theorem: focus, cancel-on-solve, replanning; in one process or on a cluster."""
