"""The machines outside the clusters: real servers on the planned ports, stand-ins elsewhere."""
