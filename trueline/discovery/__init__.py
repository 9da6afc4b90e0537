"""From the facts of live clusters to the draft of a plan, each value with its source. Pure."""
