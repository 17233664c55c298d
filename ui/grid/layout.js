// Where the tiles lie. All lengths are whole device pixels, so that every tile is crisp.

// The largest tile that shows `count` tiles of shape `ratio` = height / width in a box.
function largestTile(count, ratio, gap, width, height) {
  let best = 0
  for (let columns = 1; columns <= count; columns++) {
    const across = Math.floor((width - gap) / columns) - gap
    const down = Math.floor((height - gap) / Math.ceil(count / columns)) - gap
    best = Math.max(best, Math.min(across, Math.floor(down / ratio)))
    if (across <= best) break
  }
  return best
}

// A tile that is a whole multiple of its picture has even pixels; worth a sixth of the size.
function evenTile(tile, pixels) {
  const even = Math.floor(tile / pixels) * pixels
  return even >= 0.84 * tile ? even : tile
}

// Space around a tile: a thin line, or room for a frame in colour.
function gapFor(tile, framed, density) {
  const large = tile >= 40 * density
  const ring = framed ? Math.round((large ? 3 : 2) * density) : 0
  return { ring, gap: 2 * ring + Math.max(1, Math.round((large ? 2 : 1) * density)) }
}

// Tiles of a given size in rows of a given width.
function arrange(count, tile, ratio, framed, width, density) {
  const { ring, gap } = gapFor(tile, framed, density)
  const tall = Math.max(1, Math.round(tile * ratio))
  const columns = Math.max(1, Math.min(count, Math.floor((width - gap) / (tile + gap))))
  const rows = Math.ceil(count / columns)
  return { tile, tall, gap, ring, columns, rows, width, height: rows * (tall + gap) + gap }
}

// The arrangement that shows everything, or null where its tiles would be smaller than `smallest`.
function fitAll(count, picture, framed, width, height, smallest, density) {
  const ratio = picture.rows / picture.columns
  for (const size of [Math.max(40 * density, smallest), smallest]) {
    const { gap } = gapFor(size, framed, density)
    const tile = Math.min(largestTile(count, ratio, gap, width, height), 256 * density)
    if (tile >= size) {
      return arrange(count, evenTile(tile, picture.columns), ratio, framed, width, density)
    }
  }
  return null
}
