// What is said of a tile: in the line under the grid, to a screen reader, and as the one option of
// the list that exists in the document, the active tile.
class Words {
  constructor() {
    this.readout = element("div", "readout")
    this.live = element("div", "unseen", { "aria-live": "polite", role: "status" })
    this.option = element("div", "unseen", { role: "option" })
  }

  read(message, numbers) {
    Object.assign(this, { message, numbers })
    this.stats = message.stats && readStats(message.stats)
    this.codes = message.codes && (message.words.length > 256
      ? new Uint16Array(message.codes.slice().buffer) : message.codes)
  }

  name(i) {
    return `${this.message.noun} ${this.numbers[i]}`
  }

  title(i) {
    return this.codes ? this.message.words[this.codes[i]] : ""
  }

  facts(i) {
    const stats = this.stats?.subarray(3 * i, 3 * i + 3)
    return stats ? [["mean", stats[2]], ["minimum", stats[0]], ["maximum", stats[1]]]
      .map(([name, value]) => [name, format(value)]) : []
  }

  // The line under the grid; without a tile, what there is and what can be done.
  tell(i) {
    const { count, noun, quiet } = this.message
    if (i < 0) {
      const hint = count ? " Point at one to read it, click to choose it." : ""
      this.readout.replaceChildren(quiet ? "" : `${count} ${noun}${count === 1 ? "" : "s"}.${hint}`)
      return
    }
    // Shortened for a narrow column; the listener hears the whole words.
    const facts = this.facts(i).map(([name, value]) =>
      element("span", "", {}, element("i", "", {}, name.replace("imum", "")), ` ${value} `))
    this.readout.replaceChildren(element("b", "", {}, `${this.name(i)} `),
      element("span", "", {}, `${this.title(i)} `), ...facts)
  }

  say(i, note = "") {
    const facts = this.facts(i).map(([name, value]) => `${name} ${value}`)
    this.speak([`${this.name(i)}${note}`, this.title(i), ...facts].filter(Boolean).join(", "))
  }

  // After a pause, so that a key held down does not flood the listener.
  speak(text) {
    clearTimeout(this.pause)
    this.pause = setTimeout(() => (this.live.textContent = text), 120)
  }

  describe(view, active, chosen) {
    const { option } = this
    if (active < 0) {
      view.removeAttribute("aria-activedescendant")
      return
    }
    option.id = `tile-${this.numbers[active]}`
    option.textContent = this.name(active)
    option.setAttribute("aria-posinset", active + 1)
    option.setAttribute("aria-setsize", this.message.count)
    option.setAttribute("aria-selected", active === chosen)
    view.setAttribute("aria-activedescendant", option.id)
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
