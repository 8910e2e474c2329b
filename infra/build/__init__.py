"""Turns the source tree into what CloudFormation deploys: one zip, one template, one state machine
per flow.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
BUILD = ROOT / "build"
