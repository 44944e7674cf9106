"""Lets developers try an interface against the simulated department behind it, before they build an app."""
