"""Tests of conformed."""
