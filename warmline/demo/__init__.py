"""A demo community with two simulated volunteers. Everything here sleeps without ``--demo``."""
