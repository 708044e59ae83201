"""Why the controller did what it did: the legs of a trip at its scan, and what went over the wire."""
