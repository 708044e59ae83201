"""The simulated plant and its devices. Knows nothing of the drivers or their maps."""
