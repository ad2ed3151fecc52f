"""Dagster and nothing else: assets, checks, partitions, automation, sensors, resources. No domain logic."""
