const GRIDS = new WeakMap()
const LINK = "fercore-grid-link"

class Grid {
  constructor(parent) {
    this.hovered = this.active = -1
    this.selected = this.zoom = this.plan = null
    this.serial = 0
    this.build(parent)
    this.listen()
  }

  build(parent) {
    this.canvas = element("canvas", "", { "aria-hidden": "true" })
    this.rest = element("div", "", { role: "presentation" })
    this.option = element("div", "unseen", { role: "option" })
    this.view = element("div", "view", { role: "listbox", tabindex: 0 },
      this.canvas, this.rest, this.option)
    this.readout = element("div", "readout")
    this.buttons = [["−", "Smaller", 0.8], ["+", "Larger", 1.25], ["fit", "Fit all", 0]]
      .map(([text, name, factor]) => {
        const button = element("button", "", { type: "button", "data-name": name }, text)
        button.onclick = () => this.zoomBy(factor)
        return button
      })
    this.live = element("div", "unseen", { "aria-live": "polite", role: "status" })
    this.root = element("div", "grid", {}, this.view,
      element("div", "foot", {}, this.readout, element("div", "buttons", {}, ...this.buttons)), this.live)
    this.context = this.canvas.getContext("2d")
    parent.append(this.root)
  }

  listen() {
    const { view } = this
    view.onscroll = () => this.scrolled()
    view.onpointerdown = (event) => this.press(event)
    view.onpointermove = (event) => this.move(event)
    view.onpointerup = view.onpointercancel = () => this.release()
    view.onpointerleave = () => ((this.pointer = null), this.hover(-1))
    view.onclick = (event) => this.click(event)
    view.onkeydown = (event) => this.type(event)
    view.onfocus = () => this.focus()
    view.onblur = () => (this.draw(), this.send("hover", null))
    view.addEventListener("wheel", (event) => this.wheel(event), { passive: false })
    view.addEventListener("touchstart", (event) => this.pinch(event), { passive: false })
    view.addEventListener("touchmove", (event) => this.pinch(event), { passive: false })
    view.addEventListener("touchend", (event) => this.pinch(event))
    this.observer = new ResizeObserver(() => this.resized())
    try {
      this.observer.observe(this.root, { box: "device-pixel-content-box" })
    } catch {
      this.observer.observe(this.root)
    }
    this.hear = (event) => this.linked(event.detail)
    window.addEventListener(LINK, this.hear)
  }

  dispose() {
    this.observer.disconnect()
    window.removeEventListener(LINK, this.hear)
    clearTimeout(this.speech)
    this.root.remove()
  }

  // New data: everything up to the last pixel is drawn before the browser shows the next frame.
  show(message) {
    const before = this.message
    const activeNumber = before && this.active >= 0 ? this.numberOf(this.active) : null
    this.message = message
    if (message.digest !== before?.digest) {
      this.atlas = buildAtlas(message, this.atlas?.canvas)
      this.readNumbers()
      this.stats = message.stats && readStats(message.stats)
      this.codes = message.codes && (message.words.length > 256
        ? new Uint16Array(message.codes.slice().buffer) : message.codes)
    }
    const other = message.count !== before?.count
    if (other) {
      this.zoom = null
      this.view.scrollTop = 0
    }
    const kept = activeNumber === null ? undefined : this.indexOf.get(activeNumber)
    this.active = kept ?? Math.min(this.active, message.count - 1)
    this.hovered = -1
    this.view.setAttribute("aria-label", message.label)
    for (const button of this.buttons) {
      const name = `${button.dataset.name} ${message.noun}s`
      button.setAttribute("aria-label", name)
      button.title = name
    }
    const previous = this.selected
    if (message.seen >= this.serial) this.selected = message.selected
    this.layout()
    if (other || this.selected !== previous) this.reveal(this.chosen)
    if (this.pointer) this.hovered = this.hit(...this.pointer)
    this.draw()
    this.root.dataset.painted = message.digest
  }

  readNumbers() {
    const { count, first, numbers } = this.message
    const Type = numbers?.length > 2 * count ? Int32Array : Uint16Array
    this.numbers = numbers ? new Type(numbers.slice().buffer)
      : Int32Array.from({ length: count }, (_, i) => first + i)
    this.indexOf = new Map(Array.from(this.numbers, (number, i) => [number, i]))
  }

  numberOf(i) {
    return this.numbers[i]
  }

  get chosen() {
    return this.indexOf.get(this.selected) ?? -1
  }

  get density() {
    return window.devicePixelRatio || 1
  }

  // Whole-page zoom and moves between screens change the density without a new size in CSS pixels.
  resized() {
    const size = `${this.root.clientWidth} ${this.density}`
    if (size === this.size || !this.message) return
    this.layout()
    this.draw()
  }

  layout() {
    const { message, view, density } = this
    this.size = `${this.root.clientWidth} ${density}`
    const device = (css) => Math.round(css * density)
    const framed = Boolean(message.frames)
    const ratio = message.rows / message.columns
    const height = device(message.height)
    const smallest = device(message.smallest)
    view.style.overflowY = "hidden"
    const width = device(this.root.clientWidth)
    if (width < 8) return
    const wanted = this.zoom ?? message.tile
    const at = (tile, room) => arrange(message.count, evenTile(tile, message.columns), ratio, framed,
      room, density)
    let plan = wanted ? at(device(wanted), width)
      : fitAll(message.count, message, framed, width, height, smallest, density) ?? at(smallest, width)
    if (plan.height > height) {
      view.style.overflowY = "scroll"
      plan = at(Math.min(plan.tile, device(view.clientWidth)), device(view.clientWidth))
    }
    this.plan = plan
    // A grid that chose its own size keeps its height, so that nothing below it jumps.
    const fixed = this.zoom || (!message.tile && plan.height > 0.6 * height)
    const tall = fixed ? height : Math.max(1, Math.min(plan.height, height))
    if (this.canvas.width !== plan.width || this.canvas.height !== tall) {
      Object.assign(this.canvas, { width: plan.width, height: tall })
      this.canvas.style.width = `${plan.width / density}px`
      this.canvas.style.height = view.style.height = `${tall / density}px`
    }
    this.rest.style.height = `${Math.max(0, plan.height - tall) / density}px`
    this.describe()
  }

  draw() {
    const { plan, message, density } = this
    if (!plan) return
    const style = getComputedStyle(this.root)
    const focused = this.root.getRootNode().activeElement === this.view
    const active = focused && this.view.matches(":focus-visible") ? this.active : -1
    const top = Math.round(this.view.scrollTop * density)
    paint(this.context, {
      plan, message, density, active, top, atlas: this.atlas, line: Math.max(1, Math.round(density)),
      hovered: this.hovered, chosen: this.chosen, numbers: this.numbers,
      font: style.fontFamily,
      colours: {
        text: style.color, page: style.backgroundColor,
        gap: getComputedStyle(this.canvas).borderTopColor,
        primary: style.getPropertyValue("--st-primary-color").trim(),
      },
    })
    this.tell(this.hovered >= 0 ? this.hovered : active >= 0 ? active : this.chosen)
    this.report()
  }

  // What tests and benchmarks wait for, and where a tile lies (CSS pixels).
  report() {
    const { plan, density, root } = this
    const of = (i) => (i >= 0 ? this.numberOf(i) : "")
    Object.assign(root.dataset, {
      count: this.message.count, columns: plan.columns, tile: plan.tile / density,
      tall: plan.tall / density, gap: plan.gap / density, offset: this.view.scrollTop,
      selected: of(this.chosen), active: of(this.active), hovered: of(this.hovered),
    })
  }

  facts(i) {
    const stats = this.stats?.subarray(3 * i, 3 * i + 3)
    return stats ? [["mean", stats[2]], ["minimum", stats[0]], ["maximum", stats[1]]]
      .map(([name, value]) => [name, format(value)]) : []
  }

  title(i) {
    return this.codes ? this.message.words[this.codes[i]] : ""
  }

  // The line under the grid.
  tell(i) {
    const { message } = this
    if (i < 0) {
      const hint = message.count ? ` Point at one to read it, click to choose it.` : ""
      this.readout.replaceChildren(`${message.count} ${message.noun}s.${hint}`)
      return
    }
    const facts = this.facts(i).map(([name, value]) =>
      element("span", "", {}, element("i", "", {}, name), ` ${value} `))
    this.readout.replaceChildren(element("b", "", {}, `${message.noun} ${this.numberOf(i)} `),
      element("span", "", {}, `${this.title(i)} `), ...facts)
  }

  // The same in words for a screen reader, after a pause so that a held key does not flood it.
  say(i, note = "") {
    const words = [`${this.message.noun} ${this.numberOf(i)}${note}`, this.title(i),
      ...this.facts(i).map(([name, value]) => `${name} ${value}`)].filter(Boolean)
    this.speak(words.join(", "))
  }

  speak(text) {
    clearTimeout(this.speech)
    this.speech = setTimeout(() => (this.live.textContent = text), 120)
  }

  // The one option that exists in the document: the active tile.
  describe() {
    const { option, view, active, message } = this
    if (active < 0) {
      view.removeAttribute("aria-activedescendant")
      option.id = ""
      return
    }
    option.id = `tile-${this.numberOf(active)}`
    option.textContent = `${message.noun} ${this.numberOf(active)}`
    option.setAttribute("aria-posinset", active + 1)
    option.setAttribute("aria-setsize", message.count)
    option.setAttribute("aria-selected", active === this.chosen)
    view.setAttribute("aria-activedescendant", option.id)
  }

  // The tile under a point of the window, or -1.
  hit(x, y) {
    const { plan, density } = this
    if (!plan) return -1
    const box = this.canvas.getBoundingClientRect()
    const across = (x - box.left) * density - plan.gap / 2
    const down = (y - box.top + this.view.scrollTop) * density - plan.gap / 2
    const column = Math.floor(across / (plan.tile + plan.gap))
    const i = Math.floor(down / (plan.tall + plan.gap)) * plan.columns + column
    return column >= 0 && column < plan.columns && i >= 0 && i < this.message.count ? i : -1
  }

  hover(i, mirror = true) {
    if (i === this.hovered) return
    this.hovered = i
    this.draw()
    if (mirror) this.send("hover", i < 0 ? null : this.numberOf(i))
  }

  pick(i) {
    const number = i < 0 ? null : this.numberOf(i)
    this.selected = number
    this.serial = Math.max(this.serial + 1, Date.now())
    this.describe()
    this.draw()
    this.send("select", number)
    this.setStateValue("pick", [number, this.serial])
    if (i < 0) this.speak(`no ${this.message.noun} selected`)
    else this.say(i, " selected")
  }

  send(kind, number) {
    const { link } = this.message
    if (!link) return
    window.dispatchEvent(new CustomEvent(LINK, { detail: { link, kind, number, from: this } }))
  }

  linked({ link, kind, number, from }) {
    if (!this.root.isConnected) return this.dispose()
    if (from === this || link !== this.message?.link) return
    if (kind === "hover") return this.hover(this.indexOf.get(number) ?? -1, false)
    this.selected = number
    this.reveal(this.chosen)
    this.draw()
  }

  // Scroll as little as needed to show tile `i`.
  reveal(i) {
    const { plan, view, density } = this
    if (!plan || i < 0) return
    const y = corner(plan, i)[1]
    const above = (y - plan.gap) / density
    const below = (y + plan.tall + plan.gap - this.canvas.height) / density
    if (view.scrollTop > above) view.scrollTop = above
    else if (view.scrollTop < below) view.scrollTop = below
  }

  activate(i) {
    this.active = Math.max(0, Math.min(this.message.count - 1, i))
    this.hovered = -1
    this.pointer = null
    this.reveal(this.active)
    this.describe()
    this.draw()
    this.send("hover", this.numberOf(this.active))
    this.say(this.active)
  }

  focus() {
    if (this.active < 0 && this.message.count) {
      const row = Math.ceil((this.view.scrollTop * this.density) / (this.plan.tall + this.plan.gap))
      this.active = Math.max(this.chosen, 0) || Math.min(row * this.plan.columns, this.message.count - 1)
    }
    this.describe()
    this.draw()
  }

  scrolled() {
    if (this.pointer) this.hover(this.hit(...this.pointer))
    this.draw()
  }

  type(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.message.count) return
    const { columns, tall, gap } = this.plan
    const page = columns * Math.max(1, Math.floor(this.canvas.height / (tall + gap)))
    const row = (step) => {
      const to = this.active + step
      return to < 0 || to >= this.message.count ? this.clampRow(to) : to
    }
    const steps = {
      ArrowLeft: () => this.active - 1, ArrowRight: () => this.active + 1,
      ArrowUp: () => row(-columns), ArrowDown: () => row(columns),
      PageUp: () => row(-page), PageDown: () => row(page),
      Home: () => 0, End: () => this.message.count - 1,
    }
    const acts = {
      Enter: () => this.pick(this.active), " ": () => this.pick(this.active),
      Escape: () => this.pick(-1),
      "+": () => this.zoomBy(1.25), "=": () => this.zoomBy(1.25), "-": () => this.zoomBy(0.8),
      0: () => this.zoomBy(0),
    }
    if (event.key === "Escape" && this.chosen < 0) return
    if (steps[event.key]) this.activate(steps[event.key]())
    else if (acts[event.key]) acts[event.key]()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  // Beyond the first or last row: the same column in that row, or the last tile.
  clampRow(to) {
    const { columns, rows } = this.plan
    const column = ((to % columns) + columns) % columns
    return to < 0 ? column : Math.min((rows - 1) * columns + column, this.message.count - 1)
  }

  press(event) {
    this.panned = false
    if (event.pointerType === "mouse" && event.button === 0 && this.rest.offsetHeight) {
      this.grip = { id: event.pointerId, y: event.clientY, top: this.view.scrollTop }
    }
  }

  move(event) {
    const { grip, view } = this
    if (grip && (this.panned || Math.abs(event.clientY - grip.y) > 4)) {
      if (!this.panned) view.setPointerCapture(grip.id)
      this.panned = true
      view.classList.add("panning")
      view.scrollTop = grip.top - (event.clientY - grip.y)
      return
    }
    this.pointer = [event.clientX, event.clientY]
    const i = this.hit(...this.pointer)
    view.style.cursor = i >= 0 ? "pointer" : ""
    this.hover(i)
  }

  release() {
    this.grip = null
    this.view.classList.remove("panning")
  }

  click(event) {
    const i = this.panned ? -1 : this.hit(event.clientX, event.clientY)
    if (i < 0) return
    this.active = i
    this.pick(i)
  }

  wheel(event) {
    if (!event.ctrlKey) return
    event.preventDefault()
    this.zoomBy(Math.exp(-event.deltaY / (event.deltaMode ? 8 : 200)), event.clientX, event.clientY)
  }

  pinch(event) {
    if (event.touches.length !== 2) {
      this.spread = null
      return
    }
    event.preventDefault()
    const [a, b] = event.touches
    const spread = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)
    const middle = [(a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2]
    if (this.spread) this.zoomBy(spread / this.spread, ...middle)
    this.spread = spread
  }

  // Change the tile size and keep the tile at a point of the window (or the active one) at its height
  // on the screen; 0 goes back to the size the grid chooses itself.
  zoomBy(factor, x, y) {
    const { plan, density, view, message } = this
    if (!plan || !message.count) return
    const shown = (i) => (corner(plan, i)[1] + plan.tall / 2) / density - view.scrollTop
    let i = x === undefined ? -1 : this.hit(x, y)
    if (i < 0) i = [this.active, this.chosen].find((j) => j >= 0) ?? 0
    const height = shown(i)
    const largest = Math.min(this.root.clientWidth, message.height) - 2 * plan.gap / density
    const now = this.zoom ?? plan.tile / density
    this.zoom = factor ? Math.max(8, Math.min(largest, now * factor)) : null
    this.layout()
    view.scrollTop = (corner(this.plan, i)[1] + this.plan.tall / 2) / density - height
    if (x === undefined) this.reveal(i)
    this.draw()
  }
}

// Three bytes of each float32, see `_short_floats` in grid.py.
function readStats(bytes) {
  const words = new Uint8Array((bytes.length / 3) * 4)
  for (let from = 0, to = 1; from < bytes.length; from += 3, to += 4) {
    words.set(bytes.subarray(from, from + 3), to)
  }
  return new Float32Array(words.buffer)
}

export default function ({ data, parentElement, setStateValue }) {
  let grid = GRIDS.get(parentElement)
  if (!grid) GRIDS.set(parentElement, (grid = new Grid(parentElement)))
  grid.setStateValue = setStateValue
  grid.show(unpack(data))
  // Streamlit also calls this when a second message overtook the first; only a grid that has left
  // the page is taken down.
  return () => {
    if (parentElement.isConnected) return
    grid.dispose()
    GRIDS.delete(parentElement)
  }
}
