"""The comparison as code: what it exports runs in a clean process and gives the same bytes."""

import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT

from fercore import comparison_recipe, datasets, models, montage
from fercore.comparison import Pane, preset

FIRST = Pane(12, "block2a_expand_conv", "EfficientNetLite0", "ImageNet", 48, "0-255")
COMPARISON = preset("weights", FIRST, 0)
VIEW = comparison_recipe.ComparisonView(
    source="sample",
    panes=COMPARISON.panes,
    pooling="max",
    seed=3,
    title=COMPARISON.sentence,
    scale="shared",
    colours="diverging",
)


@pytest.fixture(scope="module")
def panels():
    image = datasets.load().images[12]
    found = []
    for weights in ("imagenet", None):
        model = models.load("EfficientNetLite0", weights=weights, seed=3)
        caption = f"Face 12 · {model.caption(FIRST.layer)}"
        maps = model.feature_maps(image, FIRST.layer)
        found.append(montage.Panel(maps, image, caption, FIRST.layer))
    return found


def run(folder, code):
    (folder / "comparison.py").write_text(code)
    return subprocess.run(
        [sys.executable, "comparison.py"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_script_gives_the_same_picture_in_a_clean_process(panels, tmp_path):
    done = run(tmp_path, comparison_recipe.script(VIEW, [panel.maps for panel in panels]))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "The same maps as on the page.\n"
    expected = montage.montage(panels, COMPARISON.sentence, "shared", "diverging")
    assert (tmp_path / "comparison.png").read_bytes() == expected


def test_the_notebook_has_the_code_of_the_script(panels):
    stacks = [panel.maps for panel in panels]
    cells = json.loads(comparison_recipe.notebook(VIEW, stacks))["cells"]
    code = "\n\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    script = comparison_recipe.script(VIEW, stacks)
    assert script.split('"""', 2)[2].strip() in code
    compile(code, "notebook", "exec")
