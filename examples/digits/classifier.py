"""A support vector machine for scikit-learn's bundled digits, scored on one fold at a time.

The data: 1797 images of 8 x 8 pixels with 17 grey levels, the test part of "Optical Recognition of
Handwritten Digits" (Alpaydin and Kaynak, UCI Machine Learning Repository, 1998).
"""

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import SVC

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FOLDS: Final = 3
_SEED: Final = 0
_BRIGHTEST: Final = 16.0  # the grey level of a full pixel


def evaluate(gamma: float, penalty: float, fold: int) -> dict[str, float]:
    """Train on two folds, score on the third, and return the scores; the same point has the same scores.

    `gamma` is the coefficient of the kernel exp(-gamma |a - b|^2) over pixels in [0, 1], and `penalty`
    that of a margin violation (C); both are above 0. `fold` is the one held out: 0, 1 or 2. Source:
    Cortes and Vapnik, Machine Learning 20 (1995), sections 3 and 4.

    Returns `accuracy` on the held-out fold, `training_accuracy` on the others, and the share of
    training images that are `support_vectors`; all in [0, 1]. Raises ValueError out of range.
    """
    images, labels = _digits()
    training, held_out = _split(fold)
    model = SVC(kernel="rbf", gamma=gamma, C=penalty)
    model.fit(images[training], labels[training])
    return {
        "accuracy": model.score(images[held_out], labels[held_out]),
        "training_accuracy": model.score(images[training], labels[training]),
        "support_vectors": float(model.n_support_.sum()) / len(training),
    }


@cache
def _digits() -> tuple["NDArray[np.float64]", "NDArray[np.int64]"]:
    """Return the images (1797, 64), with pixels in [0, 1], and their labels (1797,); read once a process."""
    images, labels = load_digits(return_X_y=True)
    return np.asarray(images) / _BRIGHTEST, np.asarray(labels, dtype=np.int64)


@cache
def _split(fold: int) -> tuple["NDArray[np.int64]", "NDArray[np.int64]"]:
    """Return the indices of the images to train on and of those held out."""
    if fold not in range(_FOLDS):
        message = f"fold must be 0, 1 or 2, not {fold}"
        raise ValueError(message)
    folds = StratifiedKFold(n_splits=_FOLDS, shuffle=True, random_state=_SEED)
    training, held_out = list(folds.split(*_digits()))[fold]
    return np.asarray(training), np.asarray(held_out)
