"""Values for any JSON Schema of an interface: from the city where a hint says so, valid and replayable everywhere."""

from .values import Generator, Sample, UngenerableError

__all__ = ["Generator", "Sample", "UngenerableError"]
