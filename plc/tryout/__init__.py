"""A draft tried on the virtual clock beside the armed set."""
