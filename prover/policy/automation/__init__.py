"""The built-in policy: no model, no training, no download.

Looks at the shape of the first goal and ranks the tactics that a person would try there. It is the baseline that every
learned policy is compared with, the finisher, and the cold start of expert iteration. Deterministic; a call costs a
fraction of a millisecond.
"""

from prover.policy.automation.policy import AutomationPolicy

__all__ = ["AutomationPolicy"]
