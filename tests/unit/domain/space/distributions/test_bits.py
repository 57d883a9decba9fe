"""The bits of every continuous distribution, written down: a difference between machines or versions is noticed."""

from __future__ import annotations

from decimal import Context, localcontext
from typing import Any

import pytest

from domain.space.distributions.beta import Beta
from domain.space.distributions.distribution import Distribution
from domain.space.distributions.lognormal import Lognormal
from domain.space.distributions.loguniform import Loguniform
from domain.space.distributions.normal import Normal
from domain.space.distributions.triangular import Triangular
from domain.space.distributions.truncnormal import Truncnormal
from domain.space.distributions.uniform import Uniform
from domain.space.kinds import PARAMETER_KINDS

PROBABILITIES = [5e-324, 2**-10, 0.3, 0.77, 1 - 2**-53]
BITS = [
    pytest.param(
        Uniform(2.0, 7.0),
        [
            "0x1.0000000000000p+1",
            "0x1.00a0000000000p+1",
            "0x1.c000000000000p+1",
            "0x1.7666666666666p+2",
            "0x1.bffffffffffffp+2",
        ],
        id="uniform, 2, 7",
    ),
    pytest.param(
        Loguniform(0.0001, 1.0),
        [
            "0x1.a36e2eb1c432dp-14",
            "0x1.a738501dacaf9p-14",
            "0x1.9f7861b79379ep-10",
            "0x1.ec72902c856a0p-4",
            "0x1.fffffffffffe8p-1",
        ],
        id="loguniform, 0.0001, 1",
    ),
    pytest.param(
        Loguniform(5e-324, 1.7e308),
        [
            "0x0.0000000000001p-1022",
            "0x0.0000000000004p-1022",
            "0x1.4c2dc8da0a465p-445",
            "0x1.514f3538f0024p+541",
            "0x1.e42d13077352dp+1023",
        ],
        id="loguniform, 4.94066e-324, 1.7e+308",
    ),
    pytest.param(
        Normal(0.0, 1.0),
        [
            "-0x1.33bd3f27fcd02p+5",
            "-0x1.8c73502ae34eep+1",
            "-0x1.0c7e39582c5fap-1",
            "0x1.7a4a225c019b3p-1",
            "0x1.06b48528cea51p+3",
        ],
        id="normal, 0, 1",
    ),
    pytest.param(
        Lognormal(-20.0, 9.5),
        [
            "0x1.e6c69b05667fbp-557",
            "0x1.9ec47d0b6c99dp-72",
            "0x1.f19c5daf84a5fp-37",
            "0x1.35359fccbbe6ap-19",
            "0x1.9545438c04c29p+83",
        ],
        id="lognormal, -20, 9.5",
    ),
    pytest.param(
        Truncnormal(0.0, 1.0, -1.0, 3.0),
        [
            "-0x1.0000000000000p+0",
            "-0x1.fe4466f01dc54p-1",
            "-0x1.ce91a334d3502p-3",
            "0x1.b8f675c893bfdp-1",
            "0x1.7ffffffffffd0p+1",
        ],
        id="truncnormal, 0, 1, -1, 3",
    ),
    pytest.param(
        Truncnormal(10.0, 0.5, 14.0, 25.0),
        [
            "0x1.c000000000000p+3",
            "0x1.c0007e25d73d0p+3",
            "0x1.c0b3695cad634p+3",
            "0x1.c2dd42f09541ap+3",
            "0x1.fb1739325c7dep+3",
        ],
        id="truncnormal, 10, 0.5, 14, 25",
    ),
    pytest.param(
        Triangular(0.0, 0.3, 1.0),
        [
            "0x1.186f174f88472p-538",
            "0x1.186f174f88472p-6",
            "0x1.3333333333333p-2",
            "0x1.328f9d7df37bep-1",
            "0x1.ffffffb446309p-1",
        ],
        id="triangular, 0, 0.3, 1",
    ),
    pytest.param(
        Beta(2.0, 5.0),
        [
            "0x1.08654a2d4f761p-539",
            "0x1.0b4ab9a16f196p-7",
            "0x1.745560dce9cd0p-3",
            "0x1.9bc4ed31520f6p-2",
            "0x1.ffc4fb0cc8072p-1",
        ],
        id="beta, 2, 5",
    ),
    pytest.param(
        Beta(0.05, 0.4),
        [
            "0x0.0p+0",
            "0x1.98f7b317ac779p-198",
            "0x1.e9f6aec019d2fp-33",
            "0x1.13951d25c7d1ap-5",
            "0x1.0000000000000p+0",
        ],
        id="beta, 0.05, 0.4",
    ),
    pytest.param(
        Beta(700.0, 90.5),
        [
            "0x1.edc938cb2554ep-3",
            "0x1.b209eb277e0d3p-1",
            "0x1.c277b05cf50dbp-1",
            "0x1.c9bd00a56188dp-1",
            "0x1.e9de2fde6afabp-1",
        ],
        id="beta, 700, 90.5",
    ),
]


@pytest.mark.parametrize(("distribution", "bits"), BITS)
def test_quantiles_have_the_same_bits_everywhere(distribution: Distribution, bits: list[str]) -> None:
    """Neither the C library, the processor nor the version of Python changes the last bit of a point."""
    values = map(distribution.quantile, PROBABILITIES)
    assert [value.hex() for value in values if isinstance(value, float)] == bits


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        pytest.param("loguniform", (0.1, 7), id="loguniform"),
        pytest.param("truncnormal", (0, 1.3, -2.9, 7.7), id="truncnormal"),
        pytest.param("beta", (2.7, 51.3), id="beta"),
    ],
)
def test_the_decimal_context_of_the_caller_does_not_matter(kind: str, fields: tuple[float, ...]) -> None:
    """A distribution that is made of decimals is the same under any precision of the caller's."""
    make: Any = PARAMETER_KINDS[kind]
    probabilities = [number / 16 for number in range(1, 16)]
    with localcontext(Context(prec=3)):
        other = make(*fields)
    assert list(map(other.quantile, probabilities)) == list(map(make(*fields).quantile, probabilities))
