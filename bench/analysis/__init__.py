"""From observations to a verdict: features, likelihoods, posterior. Pure functions; numpy, no device, no file."""
