"""How alike two layers are, over many faces: linear centred kernel alignment.

References
----------
Kornblith, Norouzi, Lee and Hinton, "Similarity of Neural Network Representations Revisited", ICML
2019, https://arxiv.org/abs/1905.00414 . The debiased estimator: Song, Smola, Gretton, Bedo and
Borgwardt, "Feature Selection via Dependence Maximization", JMLR 13, 2012 (the unbiased HSIC),
in the U-centred form of Székely and Rizzo, "Partial Distance Correlation with Methods for
Dissimilarities", Annals of Statistics 42, 2014.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fercore.errors import FercoreError

Matrix = NDArray[np.float64]

_MAX_GRAM_BYTES = 2**30


class SimilarityError(FercoreError):
    """These layers, maps or faces cannot be compared."""


def linear_cka(X: ArrayLike, Y: ArrayLike, debiased: bool = False) -> float:
    """Linear centred kernel alignment of two representations of the same faces.

    Parameters
    ----------
    X : array (n, p)
    Y : array (n, q)
        One row a face, in the same order; maps are flattened or pooled by the caller.
    debiased : bool
        By default the estimator of the paper, 0..1. It is biased upwards where there are fewer
        faces than features: unrelated noise of many features comes out near 1. The debiased
        estimator is about 0 for the unrelated whatever the sizes, and can be a little negative.

    Returns
    -------
    float
        1 for representations that are equal up to rotation, reflection, shift and one scale for
        all features.

    Raises
    ------
    SimilarityError
        Not two tables of the same faces, too few faces (2; debiased: 4), a value that is not
        finite, or a representation that is the same for every face.

    Notes
    -----
    ``|Yc.T Xc|² / (|Xc.T Xc| |Yc.T Yc|)`` in Frobenius norms, with centred columns; or the same
    from the Gram matrices ``Xc Xc.T`` and ``Yc Yc.T``, whichever needs less work.
    """
    value = float(cka_matrix([X, Y], debiased)[0, 1])
    if np.isnan(value):
        raise SimilarityError(
            "A layer that gives every face the same values cannot be compared. "
            "Load faces that differ, or choose another layer."
        )
    return value


def cka_matrix(representations: Sequence[ArrayLike], debiased: bool = False) -> Matrix:
    """Linear centred kernel alignment of every pair of representations of the same faces.

    Parameters
    ----------
    representations : sequence of m arrays (n, p_i)
    debiased : bool
        As in :func:`linear_cka`.

    Returns
    -------
    float64 array (m, m)
        Symmetric, 1 on the diagonal; NaN in the row and column of a representation that is the
        same for every face.

    Raises
    ------
    SimilarityError
        As in :func:`linear_cka`, save for the equal faces.

    Notes
    -----
    Needs the tables in float64 and either m matrices of n × n (no more than 1 GiB) or one of
    p × q at a time: take a few hundred faces, or pooled features, of a large data set.
    """
    tables = [np.asarray(table) for table in representations]
    shapes = [table.shape for table in tables]
    n_faces = shapes[0][0] if shapes and shapes[0] else 0
    if any(len(shape) != 2 or shape[0] != n_faces or shape[1] < 1 for shape in shapes):
        raise SimilarityError(
            "Layers are compared by tables of the same faces, faces × features; "
            f"these have the shapes {', '.join(map(str, shapes))}."
        )
    least = 4 if debiased else 2
    if n_faces < least:
        raise SimilarityError(f"Comparing layers needs at least {least} faces, not {n_faces}.")
    if not all(np.isfinite(table).all() for table in tables):
        raise SimilarityError("Layers with NaN or infinite values cannot be compared.")
    return _cka_matrix(tables, debiased)


def _cka_matrix(tables: list[NDArray[np.generic]], debiased: bool) -> Matrix:
    constant = np.array([bool((table == table[:1]).all()) for table in tables])
    n_faces = len(tables[0])
    n_features = [table.shape[1] for table in tables]
    work_by_features = sum(p * q for p, q in combinations(n_features, 2))
    work_by_features += sum(p * p for p in n_features)
    work_by_faces = n_faces * sum(n_features)
    if work_by_faces <= work_by_features and len(tables) * n_faces**2 * 8 <= _MAX_GRAM_BYTES:
        products = _products_by_faces(tables, debiased)
    else:
        products = _products_by_features(tables, debiased)
    norms = np.sqrt(np.diag(products))
    with np.errstate(invalid="ignore", divide="ignore"):
        cka: Matrix = products / np.outer(norms, norms)
    np.fill_diagonal(cka, 1.0)
    cka[constant] = cka[:, constant] = np.nan
    return np.clip(cka, -1.0 if debiased else 0.0, 1.0)


def _products_by_faces(tables: list[NDArray[np.generic]], debiased: bool) -> Matrix:
    """Inner products of the centred (debiased: U-centred) Gram matrices, made once a table."""
    n = len(tables[0])
    grams = np.empty((len(tables), n * n))
    for row, table in zip(grams, tables, strict=True):
        centred = _centred(table)
        gram = row.reshape(n, n)
        np.matmul(centred, centred.T, out=gram)
        if debiased:
            np.fill_diagonal(gram, 0)
            sums = gram.sum(axis=0)
            gram -= (sums[:, np.newaxis] + sums) / (n - 2) - sums.sum() / ((n - 1) * (n - 2))
            np.fill_diagonal(gram, 0)
    products: Matrix = grams @ grams.T
    return products


def _products_by_features(tables: list[NDArray[np.generic]], debiased: bool) -> Matrix:
    """The same inner products without any matrix of faces × faces.

    The debiased ones follow from zeroing the diagonal: with k the squared lengths of the faces,
    ``<K - diag k, L - diag l> = |X.T Y|² - k·l``, and the rows of the centred K sum to zero, so
    those of K - diag k sum to -k.
    """
    n = len(tables[0])
    centred = [_centred(table) for table in tables]
    lengths = [np.einsum("np,np->n", table, table) for table in centred]
    products = np.empty((len(tables), len(tables)))
    for i, X in enumerate(centred):
        for j in range(i, len(centred)):
            product = np.square(X.T @ centred[j]).sum()
            if debiased:
                k, other = lengths[i], lengths[j]
                product -= k @ other * (1 + 2 / (n - 2))
                product += k.sum() * other.sum() / ((n - 1) * (n - 2))
            products[i, j] = products[j, i] = product
    return products


def _centred(table: NDArray[np.generic]) -> Matrix:
    """Centred columns, at a scale whose fourth powers neither overflow nor vanish."""
    values = table.astype(np.float64)
    values -= values.mean(axis=0)
    largest = np.abs(values).max()
    return values / largest if largest > 0 else values
