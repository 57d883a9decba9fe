"""A sweep over the hyperparameters of a classifier of handwritten digits."""

from examples.digits.classifier import evaluate

__all__ = ["evaluate"]
