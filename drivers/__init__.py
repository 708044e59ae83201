"""Field I/O: one file per protocol, device register maps as data."""
