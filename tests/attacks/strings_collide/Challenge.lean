import Lean

theorem target : "a\n\"b\"" = "a\\n\\\"b\\\"" := by
  sorry
