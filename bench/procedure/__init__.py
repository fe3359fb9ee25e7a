"""What to do to a lock, as data: steps with their expected states."""
