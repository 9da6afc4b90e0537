"""What the suites ask of the network, derived from the plan: which vantage point, which probe."""
