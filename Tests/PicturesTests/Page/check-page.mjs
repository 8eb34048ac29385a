// Runs the script of a page of `cnnc graph` on elements that have no size, draws it folded, as it is and unfolded, and
// says what is not as it must be: node check-page.mjs PAGE
import {readFileSync} from "node:fs";
import vm from "node:vm";

let focused = null;

class Element {
  constructor(tag) {
    Object.assign(this, {tag, className: "", childNodes: [], dataset: {}, style: {}, parentNode: null, handlers: {}});
    this.classList = {
      add: (...names) => { this.className = [...new Set(this.classes.concat(names))].join(" "); },
      remove: (...names) => { this.className = this.classes.filter((name) => !names.includes(name)).join(" "); },
      contains: (name) => this.classes.includes(name),
      toggle: (name, isOn) => (isOn ? this.classList.add(name) : this.classList.remove(name)),
    };
  }
  get classes() { return this.className.split(" ").filter(Boolean); }
  get firstChild() { return this.childNodes[0]; }
  set textContent(text) {
    this.text = text;
    this.childNodes.slice().forEach((child) => child.remove());
  }
  get textContent() { return (this.text || "") + this.childNodes.map((child) => child.textContent).join(""); }
  take(child) {
    child.remove();
    child.parentNode = this;
    return child;
  }
  append(...children) { children.forEach((child) => this.childNodes.push(this.take(child))); }
  prepend(...children) { this.childNodes.unshift(...children.map((child) => this.take(child))); }
  insertBefore(child, other) {
    this.take(child);
    const place = this.childNodes.indexOf(other);
    this.childNodes.splice(place < 0 ? this.childNodes.length : place, 0, child);
  }
  remove() {
    const siblings = this.parentNode?.childNodes;
    if (siblings?.includes(this)) siblings.splice(siblings.indexOf(this), 1);
    this.parentNode = null;
  }
  get descendants() { return this.childNodes.flatMap((child) => [child, ...child.descendants]); }
  matches(selector) {
    const part = selector.match(/^\[data-part="(.*)"\]$/);
    if (part) return String(this.dataset.part) === part[1];
    return this.classList.contains(selector.replace(/^.*\./, ""));
  }
  querySelectorAll(selector) {
    const all = selector.startsWith(":scope >") ? this.childNodes : this.descendants;
    return all.filter((element) => selector.split(",").some((one) => element.matches(one.trim())));
  }
  querySelector(selector) { return this.querySelectorAll(selector)[0]; }
  getBoundingClientRect() { return {left: 0, top: 0, width: 10, height: 10, right: 10, bottom: 10}; }
  addEventListener(name, handler) { this.handlers[name] = handler; }
  scrollIntoView() {}
  setAttribute(name, value) { this.attributes = {...this.attributes, [name]: value}; }
  focus() { focused = this; }
  closest() { return this.dataset.part === undefined ? null : this; }
  contains() { return true; }
}

const page = readFileSync(process.argv[2], "utf8");
const [, json] = page.match(/<script type="application\/json" id="data">(.*?)<\/script>/s);
const [, script] = page.match(/<script>(.*?)<\/script>/s);
const ids = {};
for (const [, id] of page.matchAll(/ id="([a-z]+)"/g)) ids[id] = new Element("div");
ids.data.text = json;
ids.stage.append(ids.edges, ids.aside);
const handlers = {};
const location = {hash: "#%"};
const context = vm.createContext({
  document: {
    getElementById: (id) => ids[id],
    createElement: (tag) => new Element(tag),
    documentElement: new Element("html"),
    addEventListener() {},
  },
  window: {addEventListener: (name, handler) => { handlers[name] = handler; }}, addEventListener() {}, location,
  matchMedia: () => ({matches: false}),
  Element, console, decodeURIComponent,
});
vm.runInContext(script, context);

const faults = [];
if (focused !== ids.view) faults.push("the picture has no focus to begin with");
if (!ids.save.handlers.click || !handlers.beforeprint) faults.push("nothing can be saved or printed");
/** Looks at what is drawn now. */
function look(state) {
  const drawn = vm.runInContext("({data, inputs, elements, edges, shown, source, nodesIn, stage})", context);
  const {data} = drawn;
  const reached = new Set(drawn.edges.map((edge) => edge.to));
  for (const edge of drawn.edges) {
    if (!drawn.elements.has(edge.from)) faults.push(`${state}: an edge comes from nothing`);
    if (!drawn.elements.has(edge.to)) faults.push(`${state}: an edge goes to nothing`);
  }
  data.nodes.forEach((node, index) => {
    const to = drawn.shown(index);
    if (!drawn.elements.has(to)) faults.push(`${state}: ${node[0]} is not drawn`);
    if (!reached.has(to)) faults.push(`${state}: nothing goes into ${node[0]}`);
    for (const value of node[7]) {
      const from = drawn.source(value);
      // Within a run of layers, and within a folded block, nothing is drawn.
      if (from !== to && !drawn.edges.some((edge) => edge.from === from && edge.to === to)) {
        faults.push(`${state}: there is no edge for the value ${value} into ${node[0]}`);
      }
    }
  });
  // What unfolds is a button that says how it stands.
  const described = (element, isOpen) => element.attributes?.role === "button"
    && element.attributes["aria-expanded"] === String(isOpen);
  for (const element of drawn.stage.descendants) {
    const isTitle = element.classList.contains("title");
    const isBlock = element.classList.contains("box") && element.classList.contains("block");
    if (isTitle && !described(element, true)) faults.push(`${state}: a frame does not say that it is unfolded`);
    if (isBlock && !described(element, false)) faults.push(`${state}: a block does not say that it is folded`);
  }
  data.inputs.forEach((label, position) => {
    const element = drawn.elements.get(drawn.inputs[position]);
    if (!element || element.textContent !== label) faults.push(`${state}: ${label} is not drawn`);
    if (element && !drawn.stage.descendants.includes(element)) faults.push(`${state}: ${label} is not on the stage`);
  });
}
look("as it is");
ids.fold.handlers.click();
look("folded");
for (let level = 1; level < 8; level += 1) ids.unfold.handlers.click();
look("unfolded");

// Keys: a block that is opened with Enter keeps the focus.
ids.fold.handlers.click();
const block = ids.stage.descendants.find((element) => element.classList.contains("block"));
if (block) {
  const {part} = block.dataset;
  ids.view.handlers.keydown({key: "Enter", target: block, preventDefault() {}});
  if (focused === block || focused?.dataset.part !== part) faults.push("Enter on a block throws the focus away");
}

// The address may change to that of a layer, or of none.
const chosen = () => vm.runInContext("[...selected]", context).join();
const last = vm.runInContext("data.nodes.length - 1", context);
const name = vm.runInContext("data.nodes[data.nodes.length - 1][0]", context);
for (const hash of [`#${encodeURIComponent(name)}`, "#no such layer", "#%", "#"]) {
  location.hash = hash;
  handlers.hashchange();
  if (chosen() !== String(last)) faults.push(`${hash} shows ${chosen()}, not ${last}`);
}

// Search takes what a keyboard has, and a layer that is chosen is described.
const {data} = vm.runInContext("({data})", context);
const sized = data.nodes.filter((node) => node[1].includes("3×3")).length;
ids.search.value = "3x3";
ids.search.handlers.input();
if (sized && ids.found.textContent !== `${sized} found`) faults.push(`3x3 finds ${ids.found.textContent}, not ${sized}`);
if (sized && !ids.details.textContent.includes("kernel 3")) faults.push(`a 3x3 layer says ${ids.details.textContent}`);
if (faults.length) {
  console.log([...new Set(faults)].slice(0, 20).join("\n"));
  process.exit(1);
}
console.log(`${Object.keys(ids).length} elements`);
