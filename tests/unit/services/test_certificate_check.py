"""What the doctor says of certificate files."""

from __future__ import annotations

import shutil
from pathlib import Path

from interaction_hub.services.diagnosis.machine import look_at_certificate
from tests.fakes.certificates import make_certificate


def test_certificate_that_is_over_or_ends_soon(tmp_path: Path) -> None:
    cert, key = make_certificate(tmp_path, days=-1)
    assert look_at_certificate(cert, key).words == f"{cert} is over"
    shutil.copy(key, tmp_path / "other.pem")
    make_certificate(tmp_path, days=5)
    assert look_at_certificate(cert, key).words == f"{cert} ends in 5 days"
    assert "cannot be used together" in look_at_certificate(cert, tmp_path / "other.pem").words
