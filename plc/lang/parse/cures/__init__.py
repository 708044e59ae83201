"""Cures of the usual mistakes of form: what each is told, and how reading goes on; ``repairs.CURES`` is their order."""
