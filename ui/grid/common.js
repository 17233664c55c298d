// The header and the arrays of one message; the other half of `pack` in wire.py.
function unpack(bytes) {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  const message = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)))
  let at = 4 + size
  for (const [name, length] of Object.entries(message.parts)) {
    message[name] = bytes.subarray(at, (at += length))
  }
  return message
}

// A colour table of 256 RGB triples as the 32-bit words of an ImageData (little endian: A B G R).
function colourWords(table) {
  return Uint32Array.from({ length: 256 }, (_, i) =>
    (0xff000000 | (table[3 * i + 2] << 16) | (table[3 * i + 1] << 8) | table[3 * i]) >>> 0)
}

// Three significant digits: 0.42, 3.1, 0.0, 1.2e-5.
function format(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "no value" : value < 0 ? "−∞" : "∞"
  const size = Math.abs(value)
  const tiny = size && (size < 1e-3 || size >= 1e4)
  let text = tiny ? value.toExponential(1) : String(Number(value.toPrecision(3)))
  if (!tiny && !text.includes(".")) text += ".0"
  return text.replace(/-/g, "−")
}

// A new element with its class, attributes and children.
function element(tag, className, attributes = {}, ...children) {
  const node = document.createElement(tag)
  node.className = className
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children)
  return node
}

// Calls back when the element's size changes, in CSS or in device pixels.
function observeSize(node, changed) {
  const observer = new ResizeObserver(changed)
  try {
    observer.observe(node, { box: "device-pixel-content-box" })
  } catch {
    observer.observe(node) // a browser that does not know of device pixels
  }
  return observer
}
