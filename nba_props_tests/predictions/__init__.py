"""Tests of the prediction tables."""
