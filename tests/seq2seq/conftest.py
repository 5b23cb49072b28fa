"""A model of each family, small enough to compare with its own forward pass."""

from __future__ import annotations

import pytest
from tiny_models import FAMILIES


@pytest.fixture(params=FAMILIES)
def family(request):
    """Makes a model of each family in turn for a size of the vocabulary."""
    return FAMILIES[request.param]
