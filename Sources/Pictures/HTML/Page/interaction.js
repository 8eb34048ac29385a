// Folding, search, selection, moving about, and the table.
let [panX, panY] = [0, 0];
const rows = [];
let selected = new Set();

function move() { stage.style.transform = `translate(${panX}px, ${panY}px) scale(${scale})`; }

function zoom(factor, x, y) {
  const next = Math.min(4, Math.max(0.05, scale * factor));
  panX = x - (x - panX) * next / scale;
  panY = y - (y - panY) * next / scale;
  scale = next;
  move();
}

function fit() {
  const [width, height] = [stage.offsetWidth, stage.offsetHeight];
  scale = Math.max(0.05, Math.min(1.25, view.clientWidth / width, view.clientHeight / height));
  if (scale < 0.55) scale = Math.min(0.9, view.clientWidth / width);
  panX = Math.max(0, (view.clientWidth - width * scale) / 2);
  panY = 0;
  move();
}

/** Draws anew with what was clicked staying where it is. */
function redraw(part) {
  const find = () => stage.querySelector(`[data-part="${part.id}"]`);
  const before = part && find() && find().getBoundingClientRect();
  render();
  const after = part && find() && find().getBoundingClientRect();
  if (before && after) {
    panX += before.left + before.width / 2 - after.left - after.width / 2;
    panY += before.top - after.top;
    move();
  }
  mark();
}

function openTo(node) {
  let hasChanged = false;
  for (let block = owner[node].parent; block; block = block.parent) {
    if (!block.open) hasChanged = true;
    block.open = true;
  }
  return hasChanged;
}

function center(node) {
  const element = elements.get(shown(node));
  const [area, frame] = [element.getBoundingClientRect(), view.getBoundingClientRect()];
  panX += frame.left + frame.width / 2 - area.left - area.width / 2;
  panY += frame.top + frame.height / 2 - area.top - area.height / 2;
  move();
}

function select(list, scrollTable) {
  selected = new Set(list);
  mark();
  describe(list);
  if (scrollTable && list.length) rows[list[0]].scrollIntoView({block: "nearest"});
}

/** Says what the spec sets of layers, and which tensors they have. */
function describe(list) {
  const details = byId("details");
  details.textContent = "";
  for (const node of list.slice(0, 8)) {
    const [path, , label, input, output, , , , , fields, tensors] = data.nodes[node];
    details.append(make("b", "", `${path}  ${label}`), make("span", "", `${input} → ${output}`));
    for (const text of [fields, tensors]) if (text) details.append(make("span", "", text));
  }
  details.hidden = !list.length;
}

let found = [];

function mark() {
  stage.querySelectorAll(".selected, .found").forEach((element) => element.classList.remove("selected", "found"));
  for (const node of found) elements.get(shown(node)).classList.add("found");
  for (const node of selected) elements.get(shown(node)).classList.add("selected");
  rows.forEach((row, node) => row.classList.toggle("selected", selected.has(node)));
}

let position = 0;

function search() {
  const text = byId("search").value.toLowerCase().replace(/(\d)\s*x\s*(?=\d)/g, "$1×");
  const words = text.split(/\s+/).filter(Boolean);
  const matches = data.nodes.map((node) => words.length > 0
    && words.every((word) => node[1].includes(word) || data.search[node[8]].includes(word)));
  found = data.nodes.map((_, node) => node).filter((node) => matches[node]);
  rows.forEach((row, node) => row.classList.toggle("found", matches[node]));
  byId("found").textContent = words.length ? found.length + " found" : "";
  position = 0;
  if (found.slice(0, 200).map(openTo).includes(true)) render();
  mark();
  if (found.length) show(found[0]);
}

function show(node) {
  if (openTo(node)) render();
  center(node);
  select([node], true);
}

function fillTable() {
  const body = byId("rows");
  data.nodes.forEach(([path, , label, , output, parameters, macs, , group], node) => {
    const row = make("tr", data.groups[group]);
    const cells = [path, label, output, parameters, macs];
    cells.forEach((text, place) => row.append(make("td", place > 2 ? "number" : "", text)));
    row.tabIndex = node ? -1 : 0;
    row.addEventListener("click", () => show(node));
    rows.push(row);
    body.append(row);
  });
}

function activate(target) {
  const element = target.closest("[data-part]");
  const part = element && parts[Number(element.dataset.part)];
  if (!part) return;
  if (part.c) {
    part.open = !part.open;
    redraw(part);
  } else {
    select(part.n || [part.j], true);
  }
}

let drag = null;
view.addEventListener("pointerdown", (event) => { drag = {x: event.clientX, y: event.clientY, far: false}; });
window.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.far && Math.hypot(dx, dy) < 4) return;
  Object.assign(drag, {x: event.clientX, y: event.clientY, far: true});
  view.classList.add("dragging");
  panX += dx;
  panY += dy;
  move();
});
window.addEventListener("pointerup", (event) => {
  if (drag && !drag.far && event.target instanceof Element && stage.contains(event.target)) activate(event.target);
  drag = null;
  view.classList.remove("dragging");
});
/** Moves the focus to the box before or after. */
function step(from, by) {
  const all = [...stage.querySelectorAll("[data-part]")];
  const next = all[all.indexOf(from) + by];
  if (next) next.focus();
}

view.addEventListener("keydown", (event) => {
  const part = event.target.dataset.part;
  const pan = {ArrowUp: [0, 60], ArrowDown: [0, -60], ArrowLeft: [60, 0], ArrowRight: [-60, 0]}[event.key];
  if ((event.key === "Enter" || event.key === " ") && part !== undefined) {
    event.preventDefault();
    activate(event.target);
    // What was drawn anew takes the focus that its predecessor had.
    const again = stage.querySelector(`[data-part="${part}"]`);
    if (again) again.focus();
  } else if (pan && part !== undefined && pan[1]) {
    event.preventDefault();
    step(event.target, pan[1] < 0 ? 1 : -1);
  } else if (pan) {
    event.preventDefault();
    panX += pan[0];
    panY += pan[1];
    move();
  }
});
// Browsers scroll to what has the focus, which would part the picture from where it is thought to be.
view.addEventListener("focusin", (event) => {
  if (view.scrollLeft || view.scrollTop) {
    view.scrollLeft = 0;
    view.scrollTop = 0;
  }
  if (event.target === view) return;
  const [area, frame] = [event.target.getBoundingClientRect(), view.getBoundingClientRect()];
  const isSeen = area.left >= frame.left && area.top >= frame.top && area.left < frame.right - 20
    && area.bottom <= frame.bottom;
  if (isSeen) return;
  panX += frame.left + frame.width / 2 - area.left - area.width / 2;
  panY += frame.top + frame.height / 3 - area.top;
  move();
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    byId("search").value = "";
    search();
    select([]);
    view.focus();
    return;
  }
  if (event.target instanceof HTMLInputElement) return;
  const actions = {"/": () => byId("search").focus(), "+": () => zoomBy(1.25), "-": () => zoomBy(0.8), "0": fit};
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});
// The table is one stop of the tab key; within it arrows move.
byId("rows").addEventListener("keydown", (event) => {
  const node = rows.indexOf(event.target);
  const next = {ArrowUp: node - 1, ArrowDown: node + 1, Home: 0, End: rows.length - 1}[event.key];
  if (node < 0) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    show(node);
  } else if (next !== undefined && rows[next]) {
    event.preventDefault();
    rows[node].tabIndex = -1;
    rows[next].tabIndex = 0;
    rows[next].focus();
  }
});
view.addEventListener("wheel", (event) => {
  event.preventDefault();
  const area = view.getBoundingClientRect();
  if (event.ctrlKey || event.metaKey) {
    zoom(Math.exp(-event.deltaY / 200), event.clientX - area.left, event.clientY - area.top);
  } else {
    panX -= event.deltaX;
    panY -= event.deltaY;
    move();
  }
}, {passive: false});

const onClick = (id, action) => byId(id).addEventListener("click", action);
const zoomBy = (factor) => zoom(factor, view.clientWidth / 2, view.clientHeight / 2);
onClick("larger", () => zoomBy(1.25));
onClick("smaller", () => zoomBy(0.8));
onClick("fit", fit);
onClick("fold", () => { parts.forEach((part) => { part.open = false; }); redraw(); fit(); });
onClick("unfold", () => {
  const closed = parts.filter((part) => part.c && !part.open && elements.has(part));
  closed.forEach((part) => { part.open = true; });
  redraw();
  fit();
});
onClick("table", () => { byId("report").hidden = !byId("report").hidden; });
onClick("theme", () => {
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
});
byId("search").addEventListener("input", search);
byId("search").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !found.length) return;
  position = (position + (event.shiftKey ? found.length - 1 : 1)) % found.length;
  show(found[position]);
});
if (matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.dataset.theme = "dark";
fillTable();
render();
fit();
/** Shows the layer that the page's address names, if there is one. */
function follow() {
  let wanted;
  try {
    wanted = decodeURIComponent(location.hash.slice(1));
  } catch {
    return;  // A percent sign without its digits.
  }
  const target = data.nodes.findIndex((node) => node[0] === wanted);
  if (wanted && target >= 0) show(target);
}
window.addEventListener("hashchange", follow);
follow();
// Keys work at once, unless the reader is somewhere else already.
if (!document.activeElement || document.activeElement === document.body) {
  view.focus({preventScroll: true, focusVisible: false});
}
