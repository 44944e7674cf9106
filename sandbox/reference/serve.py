"""Starts the app wherever its folder was copied to: `python3 /srv/reference/serve.py` needs no working directory."""

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    folder = Path(__file__).resolve().parent
    sys.path[0] = str(folder.parent)
    runpy.run_module(folder.name, run_name="__main__")
