"""Prove: black-box tests of apps in an isolated sandbox."""
