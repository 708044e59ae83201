"""Floor 3: decisions around the scan. May die: the scan does not notice."""
