"""The simulated departments: a gateway that speaks for all of them, stateful, strict and recording every call."""

from .gateway import Gateway
from .launch import Launch, Launcher, TokenKeys

__all__ = ["Gateway", "Launch", "Launcher", "TokenKeys"]
