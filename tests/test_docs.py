"""What the README promises holds: its example runs, its commands are there, its names exist."""

import re
import subprocess
import sys

import numpy as np
from conftest import ROOT

README = (ROOT / "README.md").read_text()


def test_the_notebook_example_runs_as_it_stands_in_a_clean_process():
    example = re.search(r"```python\n(.+?)```", README, re.DOTALL)[1]
    check = (
        "\nimport numpy as np, fercore.errors\n"
        "assert faces.images.dtype == np.uint8 and faces.images.shape == (280, 48, 48)\n"
        "assert np.issubdtype(faces.labels.dtype, np.integer)\n"
        "assert set(faces.labels) == set(range(7))\n"
        "assert maps.dtype == np.float32 and maps.shape == (24, 24, 96)\n"
        "first = model.layers[0]\n"
        "assert first.name and first.title and first.shape == (48, 48, 3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", example + check],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_first_commands_are_make_run_and_make_test():
    first = re.search(r"```sh\n(.+?)```", README, re.DOTALL)[1]
    assert [line.split("#")[0].strip() for line in first.strip().splitlines()] == [
        "make run",
        "make test",
    ]
    makefile = (ROOT / "Makefile").read_text()
    assert all(f"\n{target}:" in makefile for target in ("run", "test", "lint", "bench"))


def test_every_direct_dependency_says_why_and_is_pinned():
    for name in ("requirements", "requirements-dev"):
        pins = (ROOT / f"{name}.txt").read_text()
        for line in (ROOT / f"{name}.in").read_text().splitlines():
            if not line or line.startswith(("#", "-")):
                continue
            package, reason = line.split("#")
            assert len(reason.split()) >= 2, line
            assert re.search(rf"^{package.strip()}==\d", pins, re.MULTILINE), package


def test_every_setting_of_the_table_is_read_somewhere():
    code = "\n".join(
        path.read_text() for folder in ("fercore", "ui") for path in (ROOT / folder).rglob("*.py")
    )
    for name in re.findall(r"^\| `((?:FERCORE|KERAS)_\w+)`", README, re.MULTILINE):
        assert f'"{name}"' in code, name


def test_assets_have_a_datasheet_with_source_licence_and_checksum():
    import hashlib

    for asset in (ROOT / "assets").iterdir():
        if asset.suffix == ".md":
            continue
        sheet = asset.with_name(asset.name.split(".")[0] + ".md").read_text()
        assert hashlib.sha256(asset.read_bytes()).hexdigest() in sheet
        assert re.search("licen[cs]e", sheet, re.IGNORECASE)


def test_maps_of_the_example_are_of_a_face_and_not_blank():
    from fercore import datasets, models

    maps = models.load("EfficientNetLite0").feature_maps(
        datasets.load().images[0], "block2a_expand_conv"
    )
    assert np.isfinite(maps).all()
    assert (maps.std(axis=(0, 1)) > 0).mean() > 0.9
