const GRIDS = new WeakMap()
const LINK = "fercore-grid-link"

// `hovered` and `active` (the keyboard's) are places in the order shown or -1; `selected` is a
// number or null; `pointer` is where the mouse is; `zoom` a tile size in CSS pixels or null.
class Grid {
  constructor(parent) {
    this.hovered = this.active = -1
    this.selected = this.zoom = this.plan = this.pointer = null
    this.picked = 0
    this.build(parent)
    this.listen()
  }

  build(parent) {
    this.words = new Words()
    this.canvas = element("canvas", "", { "aria-hidden": "true" })
    this.rest = element("div", "", { role: "presentation" })
    this.view = element("div", "view", { role: "listbox", tabindex: 0 },
      this.canvas, this.rest, this.words.option)
    this.buttons = [["−", "Smaller", 0.8], ["+", "Larger", 1.25], ["fit", "Fit all", 0]]
      .map(([text, name, factor]) => {
        const button = element("button", "", { type: "button", "data-name": name }, text)
        button.onclick = () => this.zoomBy(factor)
        return button
      })
    const foot = element("div", "foot", {}, this.words.readout,
      element("div", "buttons", {}, ...this.buttons))
    this.root = element("div", "grid", {}, this.view, foot, this.words.live)
    this.context = this.canvas.getContext("2d")
    parent.append(this.root)
  }

  listen() {
    listenToPointer(this)
    listenToZoom(this)
    listenToKeys(this)
    this.view.onscroll = () => this.scrolled()
    this.view.onfocus = () => this.focused()
    this.view.onblur = () => this.blurred()
    this.observer = observeSize(this.root, () => this.resized())
    this.hear = (event) => this.linked(event.detail)
    window.addEventListener(LINK, this.hear)
    this.windowResized = () => this.resized()
    window.addEventListener("resize", this.windowResized)
  }

  dispose() {
    this.observer.disconnect()
    window.removeEventListener(LINK, this.hear)
    window.removeEventListener("resize", this.windowResized)
    this.root.remove()
  }

  // New data: everything up to the last pixel is drawn before the browser shows the next frame.
  show(message) {
    const before = this.message
    const activeNumber = before && this.active >= 0 ? this.numbers[this.active] : null
    this.message = message
    if (message.digest !== before?.digest) {
      this.atlas = buildAtlas(message, this.atlas?.canvas)
      this.numbers = readNumbers(message)
      this.indexOf = new Map(Array.from(this.numbers, (number, i) => [number, i]))
    }
    this.words.read(message, this.numbers)
    const other = message.count !== before?.count
    if (other) {
      this.zoom = null
      this.view.scrollTop = 0
    }
    const kept = activeNumber === null ? undefined : this.indexOf.get(activeNumber)
    this.active = kept ?? Math.min(this.active, message.count - 1)
    this.hovered = -1
    this.name()
    const previous = this.selected
    // A run that started before the latest pick does not know of it yet.
    if (message.seen >= this.picked) this.selected = message.selected
    this.layout()
    if (other || this.selected !== previous) this.reveal(this.chosen)
    if (this.pointer) this.hovered = this.hit(...this.pointer)
    this.draw()
    this.root.dataset.painted = message.digest
  }

  name() {
    this.view.setAttribute("aria-label", this.message.label)
    this.root.classList.toggle("quiet", this.message.quiet)
    for (const button of this.buttons) {
      button.title = `${button.dataset.name} ${this.message.noun}s`
      button.setAttribute("aria-label", button.title)
    }
  }

  get chosen() {
    return this.indexOf.get(this.selected) ?? -1
  }

  get density() {
    return window.devicePixelRatio || 1
  }

  get scrolls() {
    return this.plan?.height > this.canvas.height
  }

  // The most height that the grid takes: what was asked for, or its share of a taller window.
  get tallest() {
    return Math.max(this.message.height, (this.message.share ?? 0) * window.innerHeight)
  }

  // The zoom of the whole page changes the density as well as the size.
  get shape() {
    return `${this.root.clientWidth} ${this.tallest} ${this.density}`
  }

  resized() {
    if (!this.message || this.shape === this.size) return
    this.layout()
    this.draw()
  }

  layout() {
    const { message, view, density } = this
    this.size = this.shape
    const device = (css) => Math.round(css * density)
    const width = device(this.root.clientWidth)
    if (width < 8) return
    const [height, smallest] = [device(this.tallest), device(message.smallest)]
    const framed = Boolean(message.frames)
    const at = (tile, room) => arrange(message.count, evenTile(tile, message.columns),
      message.rows / message.columns, framed, room, density)
    const wanted = this.zoom ?? message.tile
    view.style.overflowY = "hidden"
    let plan = wanted ? at(device(wanted), width)
      : fitAll(message.count, message, framed, width, height, smallest, density) ?? at(smallest, width)
    if (plan.height > height) {
      view.style.overflowY = "scroll"
      const room = device(view.clientWidth)
      plan = at(Math.min(plan.tile, room), room)
    }
    this.plan = plan
    // A grid that chose its own size keeps its height, so that nothing below it jumps.
    const fixed = this.zoom || (!message.tile && plan.height > 0.6 * height)
    this.resize(plan.width, fixed ? height : Math.max(1, Math.min(plan.height, height)))
    this.rest.style.height = `${Math.max(0, plan.height - this.canvas.height) / density}px`
    this.words.describe(view, this.active, this.chosen)
  }

  // Setting the size of a canvas, even to what it is, empties it.
  resize(width, height) {
    const { canvas, density } = this
    if (canvas.width !== width) canvas.width = width
    if (canvas.height !== height) canvas.height = height
    canvas.style.width = `${width / density}px`
    canvas.style.height = this.view.style.height = `${height / density}px`
  }

  draw() {
    const { plan, message, density, view } = this
    if (!plan) return
    const style = getComputedStyle(this.root)
    const active = view.matches(":focus-visible") ? this.active : -1
    paint(this.context, {
      plan, message, density, active, hovered: this.hovered, chosen: this.chosen,
      atlas: this.atlas, numbers: this.numbers, top: Math.round(view.scrollTop * density),
      line: Math.max(1, Math.round(density)), font: style.fontFamily,
      colours: {
        text: style.color, page: style.backgroundColor,
        gap: getComputedStyle(this.canvas).borderTopColor,
        primary: style.getPropertyValue("--st-primary-color").trim(),
      },
    })
    this.words.tell(this.hovered >= 0 ? this.hovered : active >= 0 ? active : this.chosen)
    this.report()
  }

  // What tests and benchmarks wait for, and where a tile lies (CSS pixels).
  report() {
    const { plan, density } = this
    const of = (i) => (i >= 0 ? this.numbers[i] : "")
    Object.assign(this.root.dataset, {
      count: this.message.count, columns: plan.columns, tile: plan.tile / density,
      tall: plan.tall / density, gap: plan.gap / density, offset: this.view.scrollTop,
      selected: of(this.chosen), active: of(this.active), hovered: of(this.hovered),
    })
  }

  // The tile under a point of the window, or -1. Gaps belong to the tiles beside them.
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
    if (mirror) this.send("hover", i < 0 ? null : this.numbers[i])
  }

  // Tell Python. The time makes each pick a new value, also of the tile that was picked before.
  pick(i) {
    this.selected = i < 0 ? null : this.numbers[i]
    this.picked = Math.max(this.picked + 1, Date.now())
    this.words.describe(this.view, this.active, this.chosen)
    this.draw()
    this.send("select", this.selected)
    this.setStateValue("pick", [this.selected, this.picked])
    if (i < 0) this.words.speak(`no ${this.message.noun} selected`)
    else this.words.say(i, " selected")
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
    this.words.describe(this.view, this.active, this.chosen)
    this.draw()
    this.send("hover", this.numbers[this.active])
    this.words.say(this.active)
  }

  // The keyboard starts at the selected tile, or at the first that shows.
  focused() {
    const { plan, chosen, message } = this
    if (this.active < 0 && message.count) {
      const row = Math.ceil((this.view.scrollTop * this.density) / (plan.tall + plan.gap))
      this.active = chosen >= 0 ? chosen : Math.min(row * plan.columns, message.count - 1)
    }
    this.words.describe(this.view, this.active, chosen)
    this.draw()
  }

  blurred() {
    this.draw()
    this.send("hover", null)
  }

  scrolled() {
    if (this.pointer) this.hover(this.hit(...this.pointer))
    this.draw()
  }

  // Change the tile size and keep the tile at a point of the window, or the active one, at its
  // height on the screen; 0 goes back to the size that the grid chooses itself.
  zoomBy(factor, x, y) {
    const { plan, density, view } = this
    if (!plan || !this.message.count) return
    let i = x === undefined ? -1 : this.hit(x, y)
    if (i < 0) i = Math.max(0, this.active >= 0 ? this.active : this.chosen)
    const middle = (plan) => (corner(plan, i)[1] + plan.tall / 2) / density
    const height = middle(plan) - view.scrollTop
    const largest = Math.min(this.root.clientWidth, this.tallest) - (2 * plan.gap) / density
    const size = (this.zoom ?? plan.tile / density) * factor
    this.zoom = factor ? Math.max(8, Math.min(largest, size)) : null
    this.layout()
    view.scrollTop = middle(this.plan) - height
    if (x === undefined) this.reveal(i)
    this.draw()
  }
}

function readNumbers({ count, first, numbers }) {
  if (!numbers) return Int32Array.from({ length: count }, (_, i) => first + i)
  const Type = numbers.length > 2 * count ? Int32Array : Uint16Array
  return new Type(numbers.slice().buffer)
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
