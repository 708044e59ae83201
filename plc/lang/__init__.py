"""Floor 1: Structured Text to a typed IR and its two back ends. Pure."""
