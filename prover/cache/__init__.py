"""What teams share: goals that are proved, disproved, tried, or being tried. On Redis: yours, or one that is started for the run."""
