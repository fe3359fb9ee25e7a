"""Use cases: test, judge, analyze, report. The only room that chooses a rig."""
