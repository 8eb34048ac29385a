// Draws the network: nested elements that the browser lays out, and the edges over them.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const [view, stage, svg, aside] = ["view", "stage", "edges", "aside"].map(byId);
const parts = [];          // every part of the tree, by id
const owner = [];          // the layers or branches that a node is in
const inputs = data.inputs.map(() => ({id: -1, terminal: true}));

function index(list, parent) {
  for (const part of list) {
    part.id = parts.length;
    part.parent = parent;
    parts.push(part);
    if (part.n) part.n.forEach((node) => { owner[node] = part; });
    if (part.c) index(part.c, part);
    if (part.f) {
      part.f.forEach((branch) => index(branch, parent));
      owner[part.j] = part;
    }
  }
}
index(data.main, null);
index(data.heads, null);

/** The nodes within a list of parts. */
function nodesIn(list) {
  return list.flatMap((part) => part.n || (part.c ? nodesIn(part.c) : part.f.flatMap(nodesIn).concat(part.j)));
}

/** What a node is seen in: its box, or the outermost folded block around it. */
function shown(node) {
  let result = owner[node];
  for (let block = result.parent; block; block = block.parent) if (!block.open) result = block;
  return result;
}
/** What a value comes from; those of inputs are 0, −1, … */
const source = (value) => value > 0 ? shown(value - 1) : inputs[-value];

function make(tag, classes, text) {
  const element = document.createElement(tag);
  element.className = classes;
  if (text !== undefined) element.textContent = text;
  return element;
}

// One drawing: elements and places by part, the edges to draw, and the sequences that edges pass.
let elements, places, edges, sequences;

/** Draws what flows into a part; a layer that takes a value twice has two arrows, a folded block one. */
function connect(part, values, flow, isLayer) {
  const seen = new Set();
  const flows = flow.slice();
  for (const value of values) {
    const from = source(value);
    if (from === part || (seen.has(from) && !isLayer)) continue;
    seen.add(from);
    const place = flows.findIndex((one) => one.part === from && one.value === value);
    const [one] = place < 0 ? [null] : flows.splice(place, 1);
    edges.push({from, to: part, via: one ? one.via : null});
  }
}

function box(part, classes, lines, titleLine, into, path) {
  const element = make("div", "box " + classes);
  lines.forEach((line, place) => element.append(make(place === titleLine ? "b" : "span", "", line)));
  into.append(element);
  register(part, element, path);
  return element;
}

function register(part, element, path) {
  element.tabIndex = 0;
  element.dataset.part = part.id;
  element.setAttribute("role", "button");
  elements.set(part, element);
  places.set(part, path);
  if (part.s) {
    element.append(make("div", "label", part.s));
    element.classList.add("labelled");
  }
}

function sequence(list, flow, path) {
  const element = make("div", "seq");
  const place = sequences.push({element, lanes: 0}) - 1;
  list.forEach((part, item) => { flow = draw(part, flow, element, path.concat([[place, item]])); });
  return [element, flow];
}

/** Draws a part and returns what flows out of it. */
function draw(part, flow, into, path) {
  if (part.n) {
    const element = part.sign ? make("div", "merge join circle", part.sign)
      : box(part, part.g, part.l, part.t, into, path);
    if (part.sign) {
      into.append(element);
      register(part, element, path);
    }
    element.title = part.n.map((node) => data.nodes[node][0]).join("\n");
    connect(part, part.n.flatMap((node) => data.nodes[node][7]), [flow], part.n.length === 1);
    return {part, value: part.n[part.n.length - 1] + 1, via: []};
  }
  if (part.f) return drawBranches(part, flow, into, path);
  if (!part.open) {
    box(part, "block " + (part.k === "head" ? "head" : "block") + (part.x > 1 ? " copies" : ""), part.l, 0, into, path)
      .setAttribute("aria-expanded", "false");
    part.inputs = part.inputs || nodesIn(part.c).flatMap((node) => data.nodes[node][7]);
    connect(part, part.inputs, [flow]);
    return {part, value: part.out, via: []};
  }
  const element = make("div", "frame " + (part.k === "head" ? "head" : "block"));
  const title = make("div", "title", part.l[0]);
  title.tabIndex = 0;
  title.dataset.part = part.id;
  title.setAttribute("role", "button");
  title.setAttribute("aria-expanded", "true");
  const [content, end] = sequence(part.c, flow, path);
  element.append(title, content);
  into.append(element);
  return end;
}

function drawBranches(part, flow, into, path) {
  const element = make("div", "par" + (part.m ? " main" : ""));
  const columns = make("div", "cols");
  const ends = part.f.map((branch) => {
    const column = make("div", "col" + (branch.length ? "" : " empty"));
    const start = {part: flow.part, value: flow.value, via: flow.via.concat(column)};
    const [content, end] = sequence(branch, start, path);
    if (branch.length) column.append(content);
    columns.append(column);
    return end;
  });
  const sign = part.sign;
  const join = make("div", "merge join " + (sign ? "circle" : "bar"), sign || part.l);
  join.title = data.nodes[part.j][0];
  element.append(columns, join);
  into.append(element);
  register(part, join, path);
  connect(part, data.nodes[part.j][7], ends, true);
  return {part, value: part.j + 1, via: []};
}

/** Draws everything anew, as far as it is unfolded. */
function render() {
  elements = new Map();
  places = new Map();
  edges = [];
  sequences = [];
  stage.querySelectorAll(":scope > .seq").forEach((element) => element.remove());
  aside.textContent = "";
  const start = make("div", "seq");
  inputs.forEach((part, position) => box(part, "terminal", [data.inputs[position]], 0, start, []));
  const last = inputs.length - 1;
  let [content, flow] = sequence(data.main, {part: inputs[last], value: -last, via: []}, []);
  content.prepend(...start.childNodes);
  inputs.forEach((part, position) => places.set(part, [[0, position - inputs.length]]));
  const sides = [];
  data.outputs.forEach(([name, value, shape]) => {
    const part = {id: -1, terminal: true};
    const isLast = flow.value === value && source(value) === flow.part;
    const place = isLast ? [[0, data.main.length]] : [];
    const element = box(part, "terminal", [name + " " + shape], 0, isLast ? content : aside, place);
    connect(part, [value], [flow]);
    if (!isLast) sides.push([element, value]);
  });
  for (const head of data.heads) {
    const [element] = sequence([head], {part: null, value: -1, via: []}, []);
    aside.append(element);
    sides.push([element, head.in]);
  }
  stage.insertBefore(content, aside);
  reserveLanes();
  // In the order of what they start from, each below it.
  const heights = new Map(sides.map((side) => [side, rectangle(elements.get(source(side[1]))).bottom]));
  sides.sort((a, b) => heights.get(a) - heights.get(b));
  for (const [element] of sides) aside.append(element);
  for (const [element, value] of sides) {
    const from = elements.get(source(value));
    const gap = (rectangle(from).bottom - rectangle(element).top) + 30;
    element.style.marginTop = Math.max(gap, 30) + "px";
  }
  drawEdges();
}

function reserveLanes() {
  const passing = edges.filter((edge) => !edge.via);
  for (const edge of passing) {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    for (let level = 0; from[level] && to[level] && from[level][0] === to[level][0]; level += 1) {
      edge.sequence = sequences[from[level][0]];
      edge.span = to[level][1] - from[level][1];
    }
  }
  // Long edges run around short ones.
  passing.sort((a, b) => b.span - a.span);
  for (const edge of passing) if (edge.sequence) edge.lane = edge.sequence.lanes++;
  for (const {element, lanes} of sequences) if (lanes) element.style.padding = "0 " + (lanes * 12 + 8) + "px";
}

let scale = 1;

/** Where an element is on the stage. */
function rectangle(element) {
  const [area, origin] = [element.getBoundingClientRect(), stage.getBoundingClientRect()];
  const [left, top] = [(area.left - origin.left) / scale, (area.top - origin.top) / scale];
  const [width, height] = [area.width / scale, area.height / scale];
  return {left, top, right: left + width, bottom: top + height, x: left + width / 2, y: top + height / 2};
}

function route(edge) {
  const [from, to] = [rectangle(elements.get(edge.from)), rectangle(elements.get(edge.to))];
  const isCircle = elements.get(edge.to).classList.contains("circle");
  if (!edge.via) {
    if (!edge.sequence) return [[from.right, from.y], [to.x, from.y], [to.x, to.top]];
    const lane = rectangle(edge.sequence.element).right - 4 - edge.lane * 12;
    return [[from.right, from.y], [lane, from.y], [lane, to.y], [to.right, to.y]];
  }
  const points = [[from.x, from.bottom]];
  let x = from.x;
  for (const element of edge.via) {
    const column = rectangle(element);
    const fork = rectangle(element.parentNode).top + 4;
    points.push([x, fork], [column.x, fork]);
    x = column.x;
  }
  if (isCircle && Math.abs(x - to.x) > 1) return points.concat([[x, to.y], [x > to.x ? to.right : to.left, to.y]]);
  const isBar = elements.get(edge.to).classList.contains("bar");
  return points.concat([[isBar ? Math.min(Math.max(x, to.left + 6), to.right - 6) : to.x, to.top]]);
}

function drawEdges() {
  let [lines, tips] = ["", ""];
  for (const edge of edges) {
    const points = route(edge).filter((point, place, all) =>
      !place || Math.hypot(point[0] - all[place - 1][0], point[1] - all[place - 1][1]) > 0.6);
    if (points.length < 2) continue;
    const away = (a, b, length) => {
      const share = Math.min(1, length / (Math.hypot(b[0] - a[0], b[1] - a[1]) || 1));
      return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
    };
    const [tip, before] = [points[points.length - 1], points[points.length - 2]];
    const foot = away(tip, before, 7);
    const [dx, dy] = [(tip[0] - foot[0]) * 0.45, (tip[1] - foot[1]) * 0.45];
    tips += `M${tip} L${[foot[0] - dy, foot[1] + dx]} L${[foot[0] + dy, foot[1] - dx]} Z `;
    points[points.length - 1] = away(tip, before, 5);
    lines += `M${points[0]} `;
    for (let place = 1; place + 1 < points.length; place += 1) {
      const [previous, corner, next] = [points[place - 1], points[place], points[place + 1]];
      const reach = Math.min(6, Math.hypot(corner[0] - previous[0], corner[1] - previous[1]) / 2,
        Math.hypot(next[0] - corner[0], next[1] - corner[1]) / 2);
      lines += `L${away(corner, previous, reach)} Q${corner} ${away(corner, next, reach)} `;
    }
    lines += `L${points[points.length - 1]} `;
  }
  svg.innerHTML = `<path class="line" d="${lines}"/><path class="tip" d="${tips}"/>`;
}
