"""Worlds to test against that share nothing with bench/sim."""
