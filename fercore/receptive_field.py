"""What part of the face one number of a feature map can see."""

from dataclasses import dataclass

from fercore.errors import LayerError

Window = tuple[int, int, int, int]


@dataclass(frozen=True)
class Field:
    """The receptive field of a layer, the same along both axes.

    Position r of a map sees the input pixels ``start + r * stride`` up to
    ``start + r * stride + size - 1``. Those below 0 or beyond the picture are padding; those that
    a stride or dilation skips in between count as seen.

    Attributes
    ----------
    size : int
        Pixels of the input that one number sees along an axis, padding included.
    stride : int
        Pixels from the field of one number to that of its neighbour; 0 behind global pooling.
    start : int
        The first input pixel of position 0's field.
    positions : int
        Numbers along an axis of the layer's maps.
    padding : (int, int)
        How many of them, at the start and the end, are nothing but zeros that the layer adds.
    global_too : bool
        Whether a squeeze-and-excite lies on the way: it weighs whole maps by their means, so that
        every number also depends a little on the whole picture. The field is then that of the
        path through the convolutions.
    whole : bool
        Whether the layer comes out of global pooling and sees everything evenly.
    """

    size: int
    stride: int
    start: int
    positions: int
    padding: tuple[int, int] = (0, 0)
    global_too: bool = False
    whole: bool = False

    def window(self, row: int, col: int, input_size: int) -> Window:
        """The part of the picture that one number sees.

        Parameters
        ----------
        row, col : int
            Position in the map.
        input_size : int
            Pixels a side of the network's input.

        Returns
        -------
        (top, left, bottom, right) : int
            In pixels of the input, ``bottom`` and ``right`` exclusive. All zero for a number that
            is itself padding and sees nothing.

        Raises
        ------
        LayerError
            The map has no such position.
        """
        if not (0 <= row < self.positions and 0 <= col < self.positions):
            raise LayerError(
                f"There is no row {row}, column {col} in this layer's maps: both go from 0 to "
                f"{self.positions - 1}."
            )
        before, after = self.padding
        if not all(before <= r < self.positions - after for r in (row, col)):
            return 0, 0, 0, 0
        top, bottom = self._span(row, input_size)
        left, right = self._span(col, input_size)
        return top, left, bottom, right

    def _span(self, position: int, input_size: int) -> tuple[int, int]:
        first = self.start + position * self.stride
        return max(first, 0), min(first + self.size, input_size)

    def sentence(self, input_size: int, row: int | None = None, col: int | None = None) -> str:
        """What a number sees, for a visitor: of any number, or of the one at a position.

        Parameters
        ----------
        input_size : int
            Pixels a side of the network's input.
        row, col : int, optional
            Position in the map.

        Raises
        ------
        LayerError
            As in :meth:`window`.
        """
        if row is None or col is None:
            text = f"One number here sees {self._seen(input_size)}"
        else:
            window = self.window(row, col, input_size)
            text = f"The number in row {row}, column {col} sees {self._seen_in(window, input_size)}"
        if self.global_too:
            text += (
                " through the convolutions; by squeeze-and-excite, which weighs each map by its "
                "mean, it also sees the whole face a little"
            )
        return f"{text}."

    def _seen(self, input_size: int) -> str:
        ends = {self._span(position, input_size) for position in (0, self.positions - 1)}
        if ends == {(0, input_size)}:
            return "the whole face"
        if self.size == 1:
            return "1 pixel of the face"
        if self.size < input_size:
            return f"{self.size} × {self.size} pixels of the face"
        return (
            f"most of the face (its {self.size} × {self.size} pixels reach beyond the "
            f"{input_size} × {input_size})"
        )

    def _seen_in(self, window: Window, input_size: int) -> str:
        height, width = window[2] - window[0], window[3] - window[1]
        if (height, width) == (input_size, input_size):
            return "the whole face"
        if (height, width) == (1, 1):
            return "1 pixel of the face"
        if height * width == 0:
            return "nothing of the face: it is padding"
        seen = f"{height} × {width} pixels of the face"
        if (height, width) != (self.size, self.size):
            seen += f" (its {self.size} × {self.size} reach beyond the edge)"
        return seen
