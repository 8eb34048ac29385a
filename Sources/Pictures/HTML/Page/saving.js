// The picture as it is seen, as an SVG of its own, and the page on paper.
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const tenth = (number) => Math.round(number * 10) / 10;

/** A rectangle in the colours of an element's group. */
function outline(element, more) {
  const area = rectangle(element);
  const style = getComputedStyle(element);
  const [fill, line] = ["--f", "--l"].map((name) => style.getPropertyValue(name).trim());
  const [width, height] = [tenth(area.right - area.left), tenth(area.bottom - area.top)];
  const radius = Math.min(parseFloat(style.borderTopLeftRadius) || 0, height / 2);
  return `<rect x="${tenth(area.left)}" y="${tenth(area.top)}" width="${width}" height="${height}" `
    + `rx="${tenth(radius)}" fill="${fill}" stroke="${line}"${more || ""}/>`;
}

/** The text of an element, where the browser has put it. */
function words(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const [origin, area] = [stage.getBoundingClientRect(), range.getBoundingClientRect()];
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const [x, y] = [(area.left - origin.left) / scale, (area.top + area.height / 2 - origin.top) / scale + size * 0.36];
  const weight = parseInt(style.fontWeight, 10) > 500 ? ` font-weight="bold"` : "";
  const color = `#${(style.color.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3)
    .map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
  return `<text x="${tenth(x)}" y="${tenth(y)}" textLength="${tenth(area.width / scale)}" font-size="${size}"${weight} `
    + `fill="${color}">${escaped(element.textContent)}<\/text>`;
}

/** The text of an SVG document with what is unfolded now, in light colours. */
function picture() {
  const root = document.documentElement;
  const theme = root.dataset.theme;
  root.dataset.theme = "light";
  const parts = [];
  for (const frame of stage.querySelectorAll(".frame")) parts.push(outline(frame, ` fill-opacity="0.4"`));
  for (const path of svg.querySelectorAll("path")) {
    const isLine = path.classList.contains("line");
    const paint = isLine ? `fill="none" stroke="#4a4a4a" stroke-width="1.2"` : `fill="#4a4a4a"`;
    parts.push(`<path ${paint} d="${path.getAttribute("d")}"/>`);
  }
  for (const element of stage.querySelectorAll(".box, .merge, .title")) {
    const name = element.title ? `<title>${escaped(element.title)}<\/title>` : "";
    const plates = element.classList.contains("copies")
      ? [6, 3].map((offset) => `<g transform="translate(${offset} ${offset})">${outline(element)}<\/g>`).join("") : "";
    const lines = element.matches(".box") ? [...element.querySelectorAll("b, span")].map(words).join("") : "";
    parts.push(`<g>${name}${plates}${outline(element)}${lines}<\/g>`);
    // What has no lines of its own is text but for the label beside it.
    if (!lines) {
      const copy = [...element.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
      if (copy) parts.push(wordsOf(copy));
    }
  }
  for (const label of stage.querySelectorAll(".label")) parts.push(words(label));
  if (theme === undefined) delete root.dataset.theme; else root.dataset.theme = theme;
  const [width, height] = [stage.offsetWidth, stage.offsetHeight];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" `
    + `font-family="Helvetica, Arial, 'Liberation Sans', sans-serif">\n<title>${escaped(document.title)}<\/title>\n`
    + `<rect width="100%" height="100%" fill="#ffffff"/>\n${parts.join("\n")}\n<\/svg>\n`;
}

/** The text of a bare node. */
function wordsOf(node) {
  const holder = make("span", "", node.textContent);
  holder.style.font = "inherit";
  node.replaceWith(holder);
  const text = words(holder);
  holder.replaceWith(node);
  return text;
}

function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([picture()], {type: "image/svg+xml"}));
  link.download = `${document.title.replace(/[^\w.-]+/g, "_")}.svg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
byId("save").addEventListener("click", save);

// On paper everything is light, the picture as wide as the page, the table behind it.
let before = null;
window.addEventListener("beforeprint", () => {
  const root = document.documentElement;
  before = root.dataset.theme;
  root.dataset.theme = "light";
  stage.style.zoom = Math.min(1, 680 / stage.offsetWidth);
});
window.addEventListener("afterprint", () => {
  stage.style.zoom = "";
  document.documentElement.dataset.theme = before || "light";
});
