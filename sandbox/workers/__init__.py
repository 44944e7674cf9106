"""The workers: their engines, whether they may take work, and their signs of life."""
