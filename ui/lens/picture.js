// A small picture of indices enlarged to a square canvas of `side` device pixels. The interpolation
// is between values, not between colours: what lies between blue and red then passes through white.
function enlarge(indices, rows, columns, side, words, smooth = false) {
  const canvas = document.createElement("canvas")
  canvas.width = canvas.height = side
  const context = canvas.getContext("2d")
  const image = context.createImageData(side, side)
  const target = new Uint32Array(image.data.buffer)
  const down = samples(rows, side, smooth)
  const across = samples(columns, side, smooth)
  let to = 0
  for (const [r0, r1, v] of down) {
    for (const [c0, c1, u] of across) {
      const above = indices[r0 * columns + c0] * (1 - u) + indices[r0 * columns + c1] * u
      const below = indices[r1 * columns + c0] * (1 - u) + indices[r1 * columns + c1] * u
      target[to++] = words[Math.round(above * (1 - v) + below * v)]
    }
  }
  context.putImageData(image, 0, 0)
  return canvas
}

// For each of `side` pixels: the two source pixels between whose centres it lies, and how far.
function samples(source, side, smooth) {
  return Array.from({ length: side }, (_, i) => {
    const at = ((i + 0.5) * source) / side
    if (!smooth) return [Math.floor(at), Math.floor(at), 0]
    const clamped = Math.min(Math.max(at - 0.5, 0), source - 1)
    const low = Math.floor(clamped)
    return [low, Math.min(low + 1, source - 1), clamped - low]
  })
}

// A rectangle in two tones that shows on any picture; the outer line touches its inside.
function outline(context, [left, top, right, bottom], line, outer, inner) {
  context.lineWidth = line
  for (const [colour, inset] of [[outer, line / 2], [inner, 1.5 * line]]) {
    context.strokeStyle = colour
    const width = Math.max(right - left - 2 * inset, 1)
    const height = Math.max(bottom - top - 2 * inset, 1)
    context.strokeRect(left + inset, top + inset, width, height)
  }
}
