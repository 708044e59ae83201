"""The controller: language, scan, processes, command line."""
