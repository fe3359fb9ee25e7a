"""Run folders on disk, the truth about what was seen."""
