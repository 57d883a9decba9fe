"""Keyed permutations of 0..n-1 that compute the image of one number by itself, in constant time and memory.

Up to 256 numbers are a table. More of them go through a Feistel network over at least n numbers, and an image beyond
n-1 goes through it again until it is not ("cycle walking": Black, Rogaway, "Ciphers with arbitrary finite domains",
CT-RSA 2002, section 3). The network has room for fewer than n + sqrt(2 * n) numbers, so few images do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from struct import pack_into, unpack_from

from domain.sequences.feistel import KEYS, Feistel
from domain.sequences.keyed_hash import WORD_BYTES, row_words, shuffled
from domain.sequences.lanes import packed, unpacked

MOST_TABLED = 256
_TABLE, _NETWORK = "order", "network"


@dataclass(frozen=True, slots=True)
class Permutations:
    """Permutations of 0..size-1 (1 to 2^52 numbers), one for each axis, independent of each other."""

    axes: int
    size: int
    seed: int

    def at(self, number: int) -> tuple[int, ...]:
        """Return the image of a number in each permutation."""
        return unpacked(self.images(number, 1), self.axes)

    def images(self, start: int, count: int) -> int:
        """Return the images of `count` consecutive numbers as lanes, those of the first number in all axes first."""
        if self.size <= MOST_TABLED:
            return packed(_table(self.axes, self.size, self.seed)[start * self.axes : (start + count) * self.axes])
        network = self._network(count)
        images = network.images(network.ones * start + _counting(self.axes, count))
        beyond = network.beyond(images, self.size)
        return self._walked(images, beyond, count * self.axes) if beyond else images

    def _network(self, copies: int) -> Feistel:
        return _network(self.axes, self.size, self.seed, copies)

    def _walked(self, images: int, beyond: int, lanes: int) -> int:
        """Return the images with those beyond the size, where there is a 1, sent through the network again."""
        words = bytearray(images.to_bytes(lanes * WORD_BYTES, "little"))
        marks = beyond.to_bytes(lanes * WORD_BYTES, "little")
        place = marks.find(1)
        while place >= 0:
            (image,) = unpack_from("<Q", words, place)
            pack_into("<Q", words, place, self._within(image, place // WORD_BYTES % self.axes))
            place = marks.find(1, place + 1)
        return int.from_bytes(words, "little")

    def _within(self, image: int, axis: int) -> int:
        network = self._network(1)
        while image >= self.size:
            image = unpacked(network.images(network.ones * image), self.axes)[axis]
        return image


# A walk uses one for its batches, one for the last of them, and one for images that go through again.
@lru_cache(maxsize=8)
def _network(axes: int, size: int, seed: int, copies: int) -> Feistel:
    return Feistel.of(size, [row_words(seed, _NETWORK, axis, KEYS) for axis in range(axes)], copies)


@lru_cache(maxsize=4)
def _counting(axes: int, count: int) -> int:
    """Return lanes with 0..count-1, each as often as there are axes."""
    return packed([number for number in range(count) for _ in range(axes)])


@lru_cache(maxsize=4)
def _table(axes: int, size: int, seed: int) -> tuple[int, ...]:
    """Return the images of all numbers, those of the first number in all axes first."""
    orders = [shuffled(size, row_words(seed, _TABLE, axis, size)) for axis in range(axes)]
    return tuple(image for images in zip(*orders, strict=True) for image in images)
