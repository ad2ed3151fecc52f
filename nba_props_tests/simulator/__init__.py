"""Tests of the simulated league and its server."""
