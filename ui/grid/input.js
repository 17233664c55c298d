// Hover, click, and drag: with the mouse a drag pans; fingers pan by the browser's own scrolling.
function listenToPointer(grid) {
  const { view } = grid
  let grip = null
  let panned = false

  view.onpointerdown = (event) => {
    panned = false
    if (event.pointerType === "mouse" && event.button === 0 && grid.scrolls) {
      grip = { id: event.pointerId, y: event.clientY, top: view.scrollTop }
    }
  }
  view.onpointermove = (event) => {
    if (grip && (panned || Math.abs(event.clientY - grip.y) > 4)) {
      if (!panned) view.setPointerCapture(grip.id)
      panned = true
      view.classList.add("panning")
      view.scrollTop = grip.top - (event.clientY - grip.y)
      return
    }
    grid.pointer = [event.clientX, event.clientY]
    const i = grid.hit(...grid.pointer)
    view.style.cursor = i >= 0 ? "pointer" : ""
    grid.hover(i)
  }
  view.onpointerup = view.onpointercancel = () => {
    grip = null
    view.classList.remove("panning")
  }
  view.onpointerleave = () => {
    grid.pointer = null
    grid.hover(-1)
  }
  view.onclick = (event) => {
    const i = panned ? -1 : grid.hit(event.clientX, event.clientY)
    if (i < 0) return
    grid.active = i
    grid.pick(i)
  }
}

// Ctrl and wheel, which is also what a touchpad sends for a pinch, and two fingers on a screen. The
// wheel alone stays the browser's: it scrolls the grid and, at its end, the page.
function listenToZoom(grid) {
  const { view } = grid
  let spread = 0

  const wheel = (event) => {
    if (!event.ctrlKey) return
    event.preventDefault()
    const step = Math.max(-50, Math.min(50, event.deltaY * (event.deltaMode ? 30 : 1)))
    grid.zoomBy(Math.exp(-step / 150), event.clientX, event.clientY)
  }
  const pinch = (event) => {
    const before = spread
    spread = 0
    if (event.touches.length !== 2) return
    event.preventDefault()
    const [a, b] = event.touches
    spread = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)
    if (!before) return
    grid.zoomBy(spread / before, (a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2)
  }
  view.addEventListener("wheel", wheel, { passive: false })
  for (const name of ["touchstart", "touchmove", "touchend", "touchcancel"]) {
    view.addEventListener(name, pinch, { passive: false })
  }
}

function listenToKeys(grid) {
  grid.view.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !grid.message.count) return
    const { columns, tall, gap } = grid.plan
    const page = columns * Math.max(1, Math.floor(grid.canvas.height / (tall + gap)))
    const { active } = grid
    const steps = {
      ArrowLeft: () => active - 1, ArrowRight: () => active + 1,
      ArrowUp: () => inColumn(grid, active - columns), ArrowDown: () => inColumn(grid, active + columns),
      PageUp: () => inColumn(grid, active - page), PageDown: () => inColumn(grid, active + page),
      Home: () => 0, End: () => grid.message.count - 1,
    }
    const acts = {
      Enter: () => grid.pick(active), " ": () => grid.pick(active), Escape: () => grid.pick(-1),
      "+": () => grid.zoomBy(1.25), "=": () => grid.zoomBy(1.25), "-": () => grid.zoomBy(0.8),
      0: () => grid.zoomBy(0),
    }
    if (event.key === "Escape" && grid.chosen < 0) return
    if (steps[event.key]) grid.activate(steps[event.key]())
    else if (acts[event.key]) acts[event.key]()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
}

// Beyond the first or last row: the same column in that row, or the last tile.
function inColumn(grid, to) {
  const { columns, rows } = grid.plan
  const { count } = grid.message
  if (to >= 0 && to < count) return to
  const column = ((to % columns) + columns) % columns
  return to < 0 ? column : Math.min((rows - 1) * columns + column, count - 1)
}
