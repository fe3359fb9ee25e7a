"""TOML and DBC files to the types of the model."""
