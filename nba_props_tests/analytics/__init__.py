"""Tests of the analytics tables."""
