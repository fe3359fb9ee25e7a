"""The seams: small Protocols between the engine and whatever drives, sees, asks or keeps. A driver inherits nothing."""
