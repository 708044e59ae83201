"""Floor 2: the scan and what it stands on. Pure but for its ports."""
