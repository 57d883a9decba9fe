"""The classifier of digits: deterministic, accurate, and cross-validated on disjoint folds."""

import numpy as np
import pytest

from examples.digits import evaluate
from examples.digits.classifier import _split


def test_the_same_point_has_the_same_scores() -> None:
    """`evaluate` returns the same scores at every call."""
    assert evaluate(0.1, 10, 0) == evaluate(0.1, 10, 0)


def test_a_good_point_recognises_nearly_every_digit() -> None:
    """An RBF kernel reaches an accuracy of about 99 % on this data."""
    scores = evaluate(0.1, 10, 1)
    assert 0.97 < scores["accuracy"] <= scores["training_accuracy"] == 1
    assert 0 < scores["support_vectors"] < 0.6


def test_every_image_is_held_out_exactly_once() -> None:
    """The three folds cover the 1797 images, and no image is both trained on and scored."""
    splits = [_split(fold) for fold in range(3)]
    assert np.array_equal(np.sort(np.concatenate([held for _, held in splits])), np.arange(1797))
    assert all(not np.intersect1d(training, held).size for training, held in splits)


def test_a_fold_that_does_not_exist_is_refused() -> None:
    """The message names the folds that exist."""
    with pytest.raises(ValueError, match="fold must be 0, 1 or 2, not 3"):
        evaluate(0.1, 10, 3)
