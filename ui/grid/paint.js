// All tiles side by side in one hidden picture, one picture pixel for each value.
function buildAtlas(message, previous) {
  const { count, rows, columns, pixels } = message
  const across = Math.max(1, Math.ceil(Math.sqrt((count * rows) / columns)))
  const canvas = previous ?? document.createElement("canvas")
  canvas.width = across * columns
  canvas.height = Math.max(1, Math.ceil(count / across)) * rows
  const context = canvas.getContext("2d")
  const image = context.createImageData(canvas.width, canvas.height)
  const target = new Uint32Array(image.data.buffer)
  const words = colourWords(message.colours)
  let from = 0
  for (let i = 0; i < count; i++) {
    let to = Math.floor(i / across) * rows * canvas.width + (i % across) * columns
    for (let r = 0; r < rows; r++, to += canvas.width) {
      for (let c = 0; c < columns; c++) target[to + c] = words[pixels[from++]]
    }
  }
  context.putImageData(image, 0, 0)
  return { canvas, across }
}

// Upper left corner of tile `i`, in device pixels from the top of all rows.
function corner(plan, i) {
  return [
    plan.gap + (i % plan.columns) * (plan.tile + plan.gap),
    plan.gap + Math.floor(i / plan.columns) * (plan.tall + plan.gap),
  ]
}

// Draw the rows that show. `view` holds what to draw and how; see Grid.draw.
function paint(context, view) {
  const { plan, message, atlas, top, colours } = view
  const { width, height } = context.canvas
  context.clearRect(0, 0, width, height)
  context.imageSmoothingEnabled = false
  const pitch = plan.tall + plan.gap
  const first = Math.max(0, Math.floor((top - plan.gap) / pitch)) * plan.columns
  const last = Math.min(message.count, Math.ceil((top + height) / pitch) * plan.columns)
  const { rows, columns } = message
  for (let i = first; i < last; i++) {
    const [x, y] = corner(plan, i)
    const frame = message.frames ? message.frame_colours[message.frames[i]] : undefined
    const edge = frame ? plan.ring : plan.ring ? Math.min(plan.ring, view.line) : plan.gap
    context.fillStyle = frame ?? colours.gap
    context.fillRect(x - edge, y - top - edge, plan.tile + 2 * edge, plan.tall + 2 * edge)
    context.drawImage(
      atlas.canvas, (i % atlas.across) * columns, Math.floor(i / atlas.across) * rows, columns, rows,
      x, y - top, plan.tile, plan.tall)
  }
  if (message.marked) strike(context, view, first, last)
  label(context, view, first, last)
  const { text, page, primary } = colours
  if (view.hovered >= 0) ring(context, view, view.hovered, 1, [[1, text], [1, page]])
  if (view.active >= 0) strongRing(context, view, view.active, primary)
  if (view.chosen >= 0) strongRing(context, view, view.chosen, text)
}

// Two tones on both sides of the edge show on any map; a frame in colour stays to be seen inside.
function strongRing(context, view, i, colour) {
  const { plan, density, colours: { page } } = view
  if (plan.ring) ring(context, view, i, plan.ring / density + 4, [[3, colour], [1, page]])
  else ring(context, view, i, 4, [[1, page], [3, colour], [2, page]])
}

// A diagonal line in two tones over each marked tile.
function strike(context, view, first, last) {
  const { plan, message, top, line } = view
  context.beginPath()
  for (let i = first; i < last; i++) {
    if (!((message.marked[i >> 3] >> (i & 7)) & 1)) continue
    const [x, y] = corner(plan, i)
    context.moveTo(x, y - top + plan.tall)
    context.lineTo(x + plan.tile, y - top)
  }
  for (const [width, colour] of [[3, view.colours.page], [1, view.colours.text]]) {
    context.lineWidth = width * line
    context.strokeStyle = colour
    context.stroke()
  }
}

// The numbers in the tiles' corners, on a ground that keeps them legible over any picture; none
// where they would cover much of the tiles.
function label(context, view, first, last) {
  const { plan, top, density, colours, message } = view
  if (plan.tile < 56 * density) return
  const size = Math.round(10 * density)
  context.font = `600 ${size}px ${view.font}`
  context.textBaseline = "middle"
  context.textAlign = "center"
  const width = (text) => Math.ceil(context.measureText(text).width) + Math.round(5 * density)
  if (width(String(view.numbers.reduce((a, b) => Math.max(a, b), 0))) > 0.5 * plan.tile) return
  const tall = size + Math.round(3 * density)
  for (let i = first; i < last; i++) {
    const [x, y] = corner(plan, i)
    const text = String(view.numbers[i])
    const wide = width(text)
    context.globalAlpha = 0.78
    context.fillStyle = colours.page
    context.fillRect(x, y - top, wide, tall)
    context.globalAlpha = 1
    context.fillStyle = colours.text
    context.fillText(text, x + wide / 2, y - top + tall / 2 + 0.5)
  }
}

// A frame around tile `i`: bands of (width, colour) from the outside in, the first `out` outside it.
function ring(context, view, i, out, bands) {
  const { plan, top, density } = view
  const [x, y] = corner(plan, i)
  let edge = Math.round(out * density)
  for (const [size, colour] of bands) {
    const width = Math.max(1, Math.round(size * density))
    context.lineWidth = width
    context.strokeStyle = colour
    const half = edge - width / 2
    context.strokeRect(x - half, y - top - half, plan.tile + 2 * half, plan.tall + 2 * half)
    edge -= width
  }
}
