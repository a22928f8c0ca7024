"""Finds the browser that the journeys run in."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ELSEWHERE = (
    ".cache/ms-playwright/chromium-*/chrome-linux*/chrome",
    "Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
HOW_TO_GET_IT = "sudo apt-get install chromium   (eller: .venv/bin/python -m playwright install chromium)"


def find_chromium() -> str | None:
    """The path of a Chromium to start, or None. CHROMIUM in the environment decides when it is set."""
    if named := os.environ.get("CHROMIUM"):
        return named
    installed = (shutil.which(name) for name in NAMES)
    downloaded = (str(path) for pattern in ELSEWHERE for path in sorted(Path.home().glob(pattern), reverse=True))
    return next(filter(None, (*installed, *downloaded)), None)


def version(path: str) -> str:
    """What the browser calls itself, for instance "Chromium 156.0.8078.79"."""
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.split()
    return " ".join(answer[:2])
