"""Pairs of a provider's format and an SDK as parameters of a test."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def pairs(first: Iterable[str], second: Iterable[str]) -> list[object]:
    seconds = list(second)
    return [pytest.param(one, other, id=f"{one}-and-{other}") for one in first for other in seconds]
