"""What a run loses when something happens to the run itself: `python -m tools.resilience`."""
