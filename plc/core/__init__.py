"""Floor 0: values, tags, clock, errors, the site as frozen data. Pure."""
