"""Three complete sweeps: each folder has a sweep file, its target and a plot of its table."""
