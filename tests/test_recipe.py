"""The view as code: what it exports runs in a clean process and gives the same bytes."""

import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT

from fercore import channels, datasets, drawing, models, recipe

VIEW = recipe.View(
    source="sample",
    face=12,
    model="EfficientNetLite0",
    input_size=48,
    weights="imagenet",
    pooling="max",
    seed=0,
    layer="block2a_expand_conv",
    input_range="0-255",
    scale="layer",
    colours="grey",
    order="variance",
    start=16,
    stop=32,
)


@pytest.fixture(scope="module")
def maps():
    model = models.load(VIEW.model)
    return model.feature_maps(datasets.load().images[12], VIEW.layer)


def test_the_script_gives_the_same_picture_in_a_clean_process(maps, tmp_path):
    (tmp_path / "view.py").write_text(recipe.script(VIEW, maps))
    done = subprocess.run(
        [sys.executable, "view.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "The same maps as on the page.\n"
    expected = drawing.picture(
        maps,
        channels.order(maps, "variance")[16:32],
        "layer",
        "grey",
        models.load(VIEW.model).caption(VIEW.layer),
    )
    assert (tmp_path / "block2a_expand_conv.png").read_bytes() == expected


def test_the_notebook_has_the_code_of_the_script(maps):
    cells = json.loads(recipe.notebook(VIEW, maps))["cells"]
    code = "\n\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    script = recipe.script(VIEW, maps)
    assert script.split('"""', 2)[2].strip() in code
    compile(code, "notebook", "exec")


def test_the_script_says_so_where_its_maps_are_others(maps, tmp_path):
    code = recipe.script(VIEW, maps).replace("position(12)", "position(13)")
    (tmp_path / "view.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "view.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "Other maps than on the page!\n"
