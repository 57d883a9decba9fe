"""The command line `sweep`."""
