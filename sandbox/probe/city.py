"""Owns where the simulated city is imported from: beside the probe in its image, inside `sandbox` in the repository."""

from __future__ import annotations

try:
    from sandbox.world import AS_OF, Chance, Dossier, Person, World
except ModuleNotFoundError:
    from world import AS_OF, Chance, Dossier, Person, World  # type: ignore[no-redef]

__all__ = ["AS_OF", "Chance", "Dossier", "Person", "World"]
