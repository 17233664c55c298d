"""Fixtures shared by all tests."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the checkout; a test that needs it skips without it."""
    if not SHARED.is_dir():
        pytest.skip(
            "needs ../shared (the whole of FER2013), which a newcomer's clone does not have"
        )
    return SHARED
