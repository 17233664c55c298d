"""The terms of the Clusters page, each in a sentence."""

WHAT = {
    "raw": "maps as they are",
    "standardised": "patterns alone",
    "responses": "answers to many faces",
}
"""What can be grouped, in the fewest words."""

ALIKE = {
    "raw": "Two maps are alike if their numbers are, so loud maps part from quiet ones "
    "(the tutorial's way).",
    "standardised": "Each map less its mean, divided by its standard deviation: two maps are alike "
    "if their patterns are, however loud.",
    "responses": "Two maps are alike if the same faces excite them (their mean over positions, for "
    "each face of the data set, standardised).",
}

WHAT_HELP = "  \n".join(f"**{WHAT[name]}**: {text}" for name, text in ALIKE.items())

LOUDNESS = (
    "Loud maps part from quiet ones here, which a scale for each map hides: choose the scale "
    "“whole layer” to see it."
)

SEED = "Where k-means starts is random; the same seed gives the same groups again."
K_MAX = "The most groups that are tried: k-means runs for every k up to this."
DEAD = "A dead map is the same everywhere. Such maps make a group of their own."

K_MEANS = (
    "k-means sorts things into k groups so that each is as near as possible to the centre (the "
    "mean) of its group. It gives k groups for any k, whether there are any or not."
)

CURVES = """
- **Inertia**: the squared distances of all maps to their centres, added up. It falls with every
  further group; where it stops falling fast is the **elbow**.
- **Distortion**: the mean distance to the nearest centre, as the tutorial draws it.
- **Without structure**: the same with each pixel shuffled among the maps, ten times. An elbow that
  this has as well says nothing.
- **Silhouette**: how much nearer a map is to its own group than to the next, from -1 to 1. Dashed:
  what that of an even cloud stays below.
- **Gap**: how far the inertia lies below that of an even cloud (in logarithms; the bar is its
  standard error). Suggested is the first k that the next one does not beat.
- **Stability**: do the same groups come back from other starts, and when the maps are resampled?
  1 is always, 0 no more than by chance; below 0.8 they do not.
"""

READING = (
    "◇ what a criterion suggests · grey column: the k shown below · a click on a point chooses "
    "its k."
)

BY = {"pooled": "pooled vector", "layer": "means of a layer's maps"}
"""What a face's vector can be, in the fewest words."""

BY_HELP = (
    "What k-means is told of a face. The pooled vector is the network's last word: one number for "
    "each map of its last layer. Or the mean of each map of any layer you choose."
)

FACE_CURVES = """
- **Inertia**: the squared distances of all faces to the centres of their groups, added up. Where it
  stops falling fast is the **elbow**.
- **Adjusted Rand index**: of all pairs of faces, how many are treated alike by the groups and by
  the emotions: 1 is the same grouping, 0 is chance.
- **Mutual information**, normalised: how much knowing the group tells of the emotion, from 0 to 1.
  It is not corrected for chance, so it creeps up with k.
- **Silhouette**: how much nearer a face is to its own group than to the next, from -1 to 1.
"""
