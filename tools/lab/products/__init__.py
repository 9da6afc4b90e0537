"""The real products behind the planned addresses: one module each, and the list of them."""
