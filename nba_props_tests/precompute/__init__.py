"""Tests of rolling form and the feature store."""
