"""Every recorded answer reads the same through the gateway with each SDK as with the SDK of its own format."""

from __future__ import annotations

import pytest
import recordings
from differences import differences
from neutral import Reading
from recordings import Recording
from replay_providers import gateway_model
from sdk_readers import READERS, Reader

ANSWERS = [recording for recording in recordings.load() if recording.status == 200]

pytestmark = pytest.mark.skipif(not ANSWERS, reason="MARTLET_FIXTURES names no directory with recordings")


def cases() -> list[object]:
    return [
        pytest.param(recording, sdk, id=f"{recording}-read-by-{sdk}")
        for recording in ANSWERS
        for sdk in READERS
    ]


@pytest.fixture(scope="module")
def expected(direct_readers: dict[str, Reader]) -> dict[str, Reading]:
    """What each recording says to the SDK of its own format, without the gateway."""
    return {
        recording.name: direct_readers[recording.format].read(recording.name, stream=recording.is_stream)
        for recording in ANSWERS
    }


@pytest.mark.parametrize(("recording", "sdk"), cases())
def test_reads_the_same(
    recording: Recording,
    sdk: str,
    expected: dict[str, Reading],
    gateway_readers: dict[str, Reader],
) -> None:
    reader = gateway_readers[sdk]
    found = reader.read(gateway_model(recording.format, recording.name), stream=recording.is_stream)
    unexplained = differences(expected[recording.name], found, sdk)
    assert not unexplained, f"{recording.title} (x-martlet-loss: {reader.loss or 'none'})"


def test_the_recordings_show_all_that_is_compared(expected: dict[str, Reading]) -> None:
    """Otherwise fields that no reader fills would agree without being read."""
    readings = expected.values()
    for name in Reading.__dataclass_fields__:
        assert any(getattr(reading, name) for reading in readings), name
    assert {reading.finish for reading in readings} == {"stop", "tools", "filter"}
