"""What is watched, what counts as wrong, and who is told."""
