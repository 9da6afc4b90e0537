"""What differs between two runs: verdicts and facts. Values only."""
