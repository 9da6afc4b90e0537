"""From reds to the cause: what depends on what, and which red is the first of its incident."""
