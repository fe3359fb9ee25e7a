"""Run folders on disk, and the actuation count that outlives the process."""
