"""Nothing of the demo is in production."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from interaction_hub.app import build
from interaction_hub.settings import Database, Security, Settings


def test_production_has_no_play_route(tmp_path: Path) -> None:
    settings = Settings(
        database=Database(url=f"sqlite:///{tmp_path / 'hub.db'}"),  # type: ignore[arg-type]
        security=Security(secret_key_file=tmp_path / "secret.key"),
    )
    paths = [resource.canonical for resource in build(settings).router.resources()]
    assert "/api/v1/work" in paths
    assert not [path for path in paths if path.startswith(("/play", "/simulated", "/people"))]


def test_importing_app_leaves_demo_alone() -> None:
    code = "import interaction_hub.app, interaction_hub.server, sys; print([m for m in sys.modules if '.demo' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
