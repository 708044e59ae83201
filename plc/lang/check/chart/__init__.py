"""Sequential function charts: checked as a net of steps and transitions, lowered to plain statements."""
