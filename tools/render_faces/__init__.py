"""Render small grey faces, each with the seven emotions of FER2013, from CC0 head models."""
