"""Between bytes and values: what is sent to a product, and what its answer means. Pure."""
