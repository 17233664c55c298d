"""Make the built-in weights of EfficientNetLite0 from the PyTorch package that publishes them.

``python -m tools.convert_lite0 .`` in the root of the checkout, in an environment of its own with
``tools/convert_lite0/requirements.txt``, writes

- ``assets/efficientnet_lite0.weights.h5``, which the program loads, and
- ``tests/data/lite0_reference.npz``, outputs of the PyTorch original that the tests compare with,

then checks the new weights against the original and fails if they disagree. Nothing is downloaded.
"""
