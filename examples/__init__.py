"""Three worked sweeps: each folder holds its sweep file, its target and the plot of its table."""
