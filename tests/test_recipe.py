"""The view as code: what it exports runs in a clean process and gives the same bytes."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from conftest import ROOT
from faulty import faulty_csv, numbered_csv

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


def faces_of(view, folder, monkeypatch):
    """What the lines of the script that open the faces make of them."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FERCORE_DATA", str(folder))
    held = {}
    exec(f"{recipe.imports([], view)}\n{recipe.open_faces(view)}", held)
    return held["faces"]


def test_the_script_leaves_out_the_faces_that_the_page_leaves_out(tmp_path, monkeypatch):
    (tmp_path / "faulty.csv").write_text(faulty_csv())
    view = replace(VIEW, source="faulty.csv", without=("one-colour", "exact-duplicates"))
    assert faces_of(view, tmp_path, monkeypatch).rows.tolist() == list(range(9))


def test_the_script_reads_label_numbers_as_the_page_does(tmp_path, monkeypatch):
    order = datasets.ORDERS["alphabetical"]
    (tmp_path / "numbers.csv").write_text(numbered_csv(order))
    view = replace(VIEW, source="numbers.csv", mapping=dict(enumerate(order)))
    faces = faces_of(view, tmp_path, monkeypatch)
    assert (faces.labels == datasets.load().labels).all()


def test_the_script_opens_an_upload_whatever_its_name(tmp_path, monkeypatch):
    name = '''my """faces""" \\ {0}\'.csv'''
    (tmp_path / name).write_text(faulty_csv())
    view = replace(VIEW, source="my_upload", upload=name, without=("one-colour",))
    assert len(faces_of(view, tmp_path, monkeypatch)) == 11
    compile(recipe.heading("Maps", view), "script", "exec")
