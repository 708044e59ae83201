"""Floor 3: the site file and what else lies on disk."""
