""" "Stärkt skydd": the register and the matrix."""
