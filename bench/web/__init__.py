"""The operator's panel: pages, access and the event stream. It talks to the session of the bench and to nothing that drives."""
