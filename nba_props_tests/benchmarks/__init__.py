"""Benchmarks: each figure beside the usual way of doing the same, run by ``python -m nba_props_tests.benchmarks``."""
