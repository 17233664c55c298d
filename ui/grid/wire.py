"""The message a canvas component gets: a small JSON header, then raw arrays, in one ``bytes``.

A mapping with ``bytes`` inside would be turned into text by Streamlit, and Arrow would wrap each
array in a table of its own; one plain ``bytes`` goes over the wire as it is.
"""

import base64
import hashlib
import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np


def pack(header: dict[str, Any], parts: dict[str, np.ndarray]) -> bytes:
    """Join a header and arrays; ``unpack`` in ``common.js`` is the other half.

    Parameters
    ----------
    header
        Anything that JSON can hold; the key ``parts`` is reserved.
    parts
        Arrays by name, sent in their own byte order (little endian on every machine served).

    Returns
    -------
    bytes
        Length of the header (uint32, little endian), the header as UTF-8 JSON with the size of
        each part in bytes under ``parts``, then the parts one after the other.
    """
    sizes = {name: part.nbytes for name, part in parts.items()}
    text = json.dumps(header | {"parts": sizes}, separators=(",", ":")).encode()
    return b"".join(
        [len(text).to_bytes(4, "little"), text, *(part.tobytes() for part in parts.values())]
    )


def digest(parts: dict[str, np.ndarray]) -> str:
    """A short name for the contents of the arrays, by which the browser knows them again."""
    known = hashlib.blake2b(digest_size=6)
    for part in parts.values():
        known.update(part.tobytes())
    return known.hexdigest()


_LOADER = """\
const packed = Uint8Array.from(atob("%s"), (c) => c.charCodeAt(0))
const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))
const blob = new Blob([await new Response(stream).text()], { type: "text/javascript" })
const module = await import(URL.createObjectURL(blob))
export default module.default
"""


def script(*paths: Path) -> str:
    """One JavaScript module from several files, compressed.

    Streamlit sends a component's script along with every picture, so each byte counts. The
    browser unpacks it once for a page.
    """
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    lines = [line.strip() for line in text.splitlines()]
    code = "\n".join(line for line in lines if line and not line.startswith("//"))
    return _LOADER % base64.b64encode(zlib.compress(code.encode(), 9)).decode()


def style(*paths: Path) -> str:
    """One style sheet from several files, without comments and indentation; see `script`."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    lines = [line.strip() for line in re.sub(r"/\*.*?\*/", "", text, flags=re.S).splitlines()]
    return "\n".join(line for line in lines if line)
