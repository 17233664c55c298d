"""A grouping as code: what it exports runs in a clean process and finds the same groups."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from conftest import ROOT

from fercore import clustering, datasets, face_groups, models, recipe_clusters, response_store
from fercore.groups_picture import faces_picture, groups_picture

pytestmark = pytest.mark.slow  # each script is a process that loads TensorFlow

MODEL = {
    "source": "sample",
    "model": "EfficientNetLite0",
    "input_size": 48,
    "weights": "imagenet",
    "pooling": "max",
    "seed": 0,
    "input_range": "0-255",
    "k_max": 4,
    "k_seed": 0,
    "k": 3,
}
VIEW = recipe_clusters.GroupsView(
    **MODEL,
    face=12,
    layer="block2a_expand_conv",
    what="responses",
    drop_dead=False,
    scale="each",
    colours="grey",
)
FACES = recipe_clusters.FacesView(**MODEL, layer="stem_conv")


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FERCORE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def run(code, folder):
    (folder / "view.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "view.py"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_groups_of_maps(tmp_path):
    model, faces = models.load("EfficientNetLite0"), datasets.load()
    maps = model.feature_maps(faces.images[12], VIEW.layer)
    answers = response_store.measure(model, faces, VIEW.layer).mean
    sweep = clustering.elbow(maps, k_max=4, what="responses", responses=answers)
    said = run(recipe_clusters.script(VIEW, sweep), tmp_path)
    assert said.endswith("The same groups as on the page.\n")
    assert sweep.verdict.text in said
    expected = groups_picture(
        maps, sweep.order(3), sweep.centres(3), "each", "grey", model.caption(VIEW.layer)
    )
    assert (tmp_path / "block2a_expand_conv_3_groups.png").read_bytes() == expected


def test_the_groups_of_faces(tmp_path):
    model, faces = models.load("EfficientNetLite0"), datasets.load()
    sweep = face_groups.group(model, faces, FACES.layer, k_max=4)
    said = run(recipe_clusters.faces_script(FACES, sweep), tmp_path)
    assert said.endswith("The same groups as on the page.\n")
    assert sweep.sentence() in said
    expected = faces_picture(faces.images, sweep.order(3), caption=model.caption(FACES.layer))
    assert (tmp_path / "faces_3_groups.png").read_bytes() == expected


def test_a_script_of_a_vector_draws_nothing_and_the_notebook_is_the_script():
    model, faces = models.load("EfficientNetLite0"), datasets.load()
    sweep = clustering.elbow(model.feature_maps(faces.images[12], "max_pool"), k_max=3)
    view = replace(VIEW, layer="max_pool", what="raw", is_grid=False, k_max=3)
    code = recipe_clusters.script(view, sweep)
    assert "picture" not in code
    cells = json.loads(recipe_clusters.notebook(view, sweep))["cells"]
    joined = "\n\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    assert code.split('"""', 2)[2].strip() in joined
    assert "picture" not in joined
    compile(joined, "notebook", "exec")
