"""Floor 5: the processes of a running controller, each a thin frame around something pure."""
