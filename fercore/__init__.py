"""What a convolutional network sees in a face: the core of the dashboard, usable from a notebook.

Importing this package, or any module of it, imports neither streamlit nor TensorFlow: TensorFlow
comes in when the first model is loaded (see :mod:`fercore.models`).
"""

__version__ = "0.1.0"
