const LENSES = new WeakMap()

// Kept while the page is open, whatever map comes next.
const choice = { opacity: 0.5, smooth: false }

const GREY = Uint32Array.from({ length: 256 }, (_, v) => (0xff000000 | (v * 0x010101)) >>> 0)

class Lens {
  constructor(parent) {
    this.place = this.message = null
    this.pointed = false
    this.build(parent)
    this.listen()
  }

  build(parent) {
    this.map = element("canvas", "map", { tabindex: 0, role: "application" })
    this.face = element("canvas", "face", { role: "img" })
    this.bar = element("canvas", "bar", { "aria-hidden": "true" })
    this.ticks = element("div", "ticks", { "aria-hidden": "true" })
    this.readout = element("div", "readout")
    this.legend = element("div", "quiet")
    this.sentence = element("div", "sentence")
    this.note = element("div", "quiet")
    this.slider = element("input", "", { type: "range", min: 0, max: 100,
      "aria-label": "Opacity of the map over the face" })
    this.modes = [["nearest", false], ["bilinear", true]].map(([text, smooth]) => {
      const button = element("button", "", { type: "button" }, text)
      button.onclick = () => this.choose({ smooth })
      return button
    })
    this.live = element("div", "unseen", { "aria-live": "polite", role: "status" })
    this.root = element("div", "lens", {},
      element("div", "pane", {}, element("div", "scale", {}, this.map, this.bar, this.ticks),
        this.readout, this.legend),
      element("div", "pane", {}, this.face,
        element("div", "controls", {},
          element("label", "", {}, element("span", "", {}, "map over face"), this.slider),
          element("div", "buttons", { role: "group", "aria-label": "Interpolation of the map" },
            ...this.modes)),
        this.sentence, this.note),
      this.live)
    parent.append(this.root)
  }

  listen() {
    for (const canvas of [this.map, this.face]) {
      canvas.onpointermove = canvas.onpointerdown = (event) => this.follow(canvas, event)
    }
    this.map.onkeydown = (event) => this.type(event)
    this.map.onfocus = () => this.say()
    this.slider.oninput = () => this.choose({ opacity: this.slider.value / 100 })
    this.observer = observeSize(this.root, () => this.resized())
  }

  dispose() {
    this.observer.disconnect()
    clearTimeout(this.speech)
    this.root.remove()
  }

  show(message) {
    const { rows, columns } = message
    const same = this.message?.rows === rows && this.message?.columns === columns
    this.message = message
    this.values = new Float32Array(message.values.slice().buffer)
    this.words = colourWords(message.colours)
    // A place that was pointed at stays for the next map; else the highest value is the one shown.
    if (!same) this.pointed = false
    if (!this.pointed) {
      const best = this.values.reduce((top, v, i) => (v > this.values[top] ? i : top), 0)
      this.place = [Math.floor(best / columns), best % columns]
    }
    this.map.setAttribute("aria-label", `${message.label}: arrow keys move over its values`)
    this.legend.textContent = message.legend
    this.sentence.textContent = message.sentence
    this.note.textContent = message.note
    this.layout()
    this.root.dataset.painted = message.digest
  }

  resized() {
    const size = `${this.root.clientWidth} ${window.devicePixelRatio}`
    if (this.message && size !== this.size) this.layout()
  }

  // Both pictures have one side; a multiple of the face's pixels where that costs little.
  layout() {
    const { message, root } = this
    const density = (this.density = window.devicePixelRatio || 1)
    this.size = `${root.clientWidth} ${density}`
    const beside = root.clientWidth >= 370
    const room = beside ? (root.clientWidth - 32 - 76) / 2 : root.clientWidth - 76
    const largest = Math.floor(Math.min(room, message.height) * density)
    if (largest < 32) return
    const even = Math.floor(largest / message.face_side) * message.face_side
    const side = (this.side = even >= 0.84 * largest ? even : largest)
    for (const canvas of [this.map, this.face, this.bar]) {
      canvas.height = side
      canvas.style.height = `${side / density}px`
      canvas.width = canvas === this.bar ? Math.round(12 * density) : side
      canvas.style.width = `${canvas.width / density}px`
    }
    root.style.setProperty("--side", `${side / density}px`)
    const { indices, rows, columns, face, face_side } = message
    this.pictures = {
      map: enlarge(indices, rows, columns, side, this.words),
      face: enlarge(face, face_side, face_side, side, GREY),
      over: enlarge(indices, rows, columns, side, this.words, choice.smooth),
    }
    this.label()
    this.draw()
  }

  // Low, high and, where it lies between them, zero beside the bar of colours.
  label() {
    const { low, high } = this.message
    const zero = -low / (high - low)
    const marks = [[1, high], [0, low]]
    if (zero > 0.06 && zero < 0.94) marks.push([zero, 0])
    this.ticks.replaceChildren(...marks.map(([at, value]) => {
      const tick = element("span", "", {}, value === 0 ? "0" : format(value))
      tick.style.bottom = `${100 * at}%`
      return tick
    }))
  }

  draw() {
    const { pictures, side, density } = this
    if (!pictures) return
    const style = getComputedStyle(this.root)
    const [text, page] = [style.color, style.backgroundColor]
    const line = Math.max(1, Math.round(1.5 * density))
    const { rows, columns } = this.message
    const [row, column] = this.place
    const cell = [column / columns, row / rows, (column + 1) / columns, (row + 1) / rows]
      .map((part) => Math.round(part * side))
    const map = this.map.getContext("2d")
    map.drawImage(pictures.map, 0, 0)
    // Around the value, not over it, so that its colour stays to be seen.
    const around = [cell[0] - 2 * line, cell[1] - 2 * line, cell[2] + 2 * line, cell[3] + 2 * line]
      .map((v) => Math.max(0, Math.min(side, v)))
    outline(map, around, line, text, page)

    const face = this.face.getContext("2d")
    face.globalAlpha = 1
    face.drawImage(pictures.face, 0, 0)
    face.globalAlpha = choice.opacity
    face.drawImage(pictures.over, 0, 0)
    face.globalAlpha = 1
    const window = this.window()
    if (window) {
      const box = window.map((v) => Math.round((v / this.message.input_size) * side))
      outline(face, [box[1], box[0], box[3], box[2]], line, text, page)
    }
    this.drawBar(text, page, line)
    this.tell(window)
  }

  drawBar(text, page, line) {
    const { bar, side } = this
    const context = bar.getContext("2d")
    const image = context.createImageData(bar.width, side)
    const target = new Uint32Array(image.data.buffer)
    for (let y = 0; y < side; y++) {
      const word = this.words[1 + Math.round((1 - (y + 0.5) / side) * 254)]
      target.fill(word, y * bar.width, (y + 1) * bar.width)
    }
    context.putImageData(image, 0, 0)
    const index = this.message.indices[this.place[0] * this.message.columns + this.place[1]]
    const y = Math.round((1 - Math.max(0, index - 1) / 254) * (side - 3 * line))
    context.fillStyle = page
    context.fillRect(0, y, bar.width, 3 * line)
    context.fillStyle = text
    context.fillRect(0, y + line, bar.width, line)
  }

  // Top, left, bottom, right of what the pointed value sees, clipped, in pixels of the input.
  window() {
    const { field, padding, input_size: size, rows, columns } = this.message
    const [row, column] = this.place
    const padded = (at, count) => at < padding[0] || at >= count - padding[1]
    if (!field || padded(row, rows) || padded(column, columns)) return null
    const [top, left] = [row, column].map((at) => field.start + at * field.stride)
    return [Math.max(top, 0), Math.max(left, 0),
      Math.min(top + field.size, size), Math.min(left + field.size, size)]
  }

  tell(window) {
    const { message, slider, face, root } = this
    const [row, column] = this.place
    this.readout.textContent = this.reading()
    slider.value = Math.round(100 * choice.opacity)
    this.modes.forEach((button, i) => button.setAttribute("aria-pressed", choice.smooth === !!i))
    const seen = window ? `, a frame around rows ${window[0]} to ${window[2] - 1} and columns ` +
      `${window[1]} to ${window[3] - 1} of ${message.input_size}, which this value sees` : ""
    face.setAttribute("aria-label", `The face under the map${seen}`)
    Object.assign(root.dataset, { row, column, side: this.side / this.density,
      window: window ? window.join(" ") : "", opacity: choice.opacity, smooth: choice.smooth })
  }

  reading() {
    const [row, column] = this.place
    const value = this.values[row * this.message.columns + column]
    const padding = this.message.field && !this.window() ? " (padding: sees nothing)" : ""
    return `row ${row}, column ${column}: ${format(value)}${padding}`
  }

  say() {
    clearTimeout(this.speech)
    this.speech = setTimeout(() => (this.live.textContent = this.reading()), 120)
  }

  choose(change) {
    Object.assign(choice, change)
    if ("smooth" in change) this.layout()
    else this.draw()
  }

  point(row, column) {
    const { rows, columns } = this.message
    this.place = [Math.max(0, Math.min(rows - 1, row)), Math.max(0, Math.min(columns - 1, column))]
    this.pointed = true
    this.draw()
  }

  follow(canvas, event) {
    const box = canvas.getBoundingClientRect()
    const { rows, columns } = this.message
    this.point(Math.floor(((event.clientY - box.top) / box.height) * rows),
      Math.floor(((event.clientX - box.left) / box.width) * columns))
  }

  type(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const [row, column] = this.place
    const to = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [row, 0], End: [row, this.message.columns - 1],
      PageUp: [0, column], PageDown: [this.message.rows - 1, column],
    }[event.key]
    if (!to) return
    this.point(...to)
    this.say()
    event.preventDefault()
    event.stopPropagation()
  }
}

export default function ({ data, parentElement }) {
  let lens = LENSES.get(parentElement)
  if (!lens) LENSES.set(parentElement, (lens = new Lens(parentElement)))
  lens.show(unpack(data))
  // As in the grid: only a lens that has left the page is taken down.
  return () => {
    if (parentElement.isConnected) return
    lens.dispose()
    LENSES.delete(parentElement)
  }
}
