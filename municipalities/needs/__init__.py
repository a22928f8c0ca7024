"""What municipalities ask for and need, and the chain that follows from it."""
