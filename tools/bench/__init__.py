"""`python -m tools.bench`: trueline's hot paths beside their best peers, in one run, as ratios."""
