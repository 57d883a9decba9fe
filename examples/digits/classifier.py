"""A support vector machine on scikit-learn's bundled digits, scored on one fold at a time.

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
    """Train on all folds but one and score on that one, the same every time.

    Takes the coefficient `gamma` of the kernel exp(-gamma |a - b|^2) over pixels scaled to [0, 1], and
    the `penalty` of a margin violation (C), both above 0; the `fold` held out, 0, 1 or 2. Source:
    Cortes and Vapnik, Machine Learning 20 (1995), sections 3 and 4.

    Gives `accuracy` on the held-out fold, `training_accuracy` on the others, and the share of
    training images that became `support_vectors`; all in [0, 1]. Raises ValueError out of range.
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
    """Return images (1797, 64) with pixels in [0, 1] and their labels (1797,), read once a process."""
    images, labels = load_digits(return_X_y=True)
    return np.asarray(images) / _BRIGHTEST, np.asarray(labels, dtype=np.int64)


@cache
def _split(fold: int) -> tuple["NDArray[np.int64]", "NDArray[np.int64]"]:
    """Return the rows to train on and the rows held out."""
    if fold not in range(_FOLDS):
        message = f"fold must be 0, 1 or 2, not {fold}"
        raise ValueError(message)
    folds = StratifiedKFold(n_splits=_FOLDS, shuffle=True, random_state=_SEED)
    training, held_out = list(folds.split(*_digits()))[fold]
    return np.asarray(training), np.asarray(held_out)
