"""What a run looks at, once for all workers."""
