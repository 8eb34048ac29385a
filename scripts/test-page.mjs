// Uses a page of `cnnc graph` in a headless Chromium as people do, with keys, clicks, a phone and paper:
//   node scripts/test-page.mjs PAGE [FOLDER]
// CHROMIUM names the browser. Pictures of what was seen go into FOLDER, if there is one.
import {spawn} from "node:child_process";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";

const [page, folder] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "cnnc-page-"));
const browser = spawn(process.env.CHROMIUM || "chromium", [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
  `--user-data-dir=${profile}`, "about:blank",
], {stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"]});
browser.on("error", (error) => { console.log(`the browser cannot be run: ${error.message}`); process.exit(2); });

// The protocol of the browser's debugger: messages in JSON, each ended by a zero byte.
const waiting = new Map();
const exceptions = [];
let [rest, number] = ["", 0];
browser.stdio[4].on("data", (bytes) => {
  const messages = (rest + bytes).split("\0");
  rest = messages.pop();
  for (const message of messages.map(JSON.parse)) {
    if (message.id) waiting.get(message.id)(message);
    const thrown = message.method === "Runtime.exceptionThrown" && message.params.exceptionDetails;
    if (thrown) exceptions.push(thrown.exception?.description);
  }
});
let session;
function send(method, params = {}) {
  return new Promise((done, failed) => {
    number += 1;
    waiting.set(number, ({error, result}) => (error ? failed(new Error(`${method}: ${error.message}`)) : done(result)));
    browser.stdio[3].write(JSON.stringify({id: number, method, params, sessionId: session}) + "\0");
  });
}
async function evaluate(expression) {
  const {result, exceptionDetails} = await send("Runtime.evaluate", {expression, returnByValue: true});
  if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
  return result.value;
}
const codes = {Enter: 13, Escape: 27, Tab: 9, ArrowUp: 38, ArrowDown: 40, ArrowLeft: 37, ArrowRight: 39};
async function press(key) {
  const code = codes[key] || key.charCodeAt(0);
  const text = key === "Enter" ? "\r" : key.length === 1 ? key : undefined;
  await send("Input.dispatchKeyEvent", {type: "keyDown", key, windowsVirtualKeyCode: code, text});
  await send("Input.dispatchKeyEvent", {type: "keyUp", key, windowsVirtualKeyCode: code});
}
async function click(selector) {
  const {x, y} = await evaluate(`(() => { const area = document.querySelector(${JSON.stringify(selector)})
    .getBoundingClientRect(); return {x: area.x + area.width / 2, y: area.y + area.height / 2}; })()`);
  for (const type of ["mousePressed", "mouseReleased"]) {
    await send("Input.dispatchMouseEvent", {type, x, y, button: "left", clickCount: 1});
  }
}
async function look(name) {
  if (!folder) return;
  const {data} = await send("Page.captureScreenshot", {format: "png"});
  writeFileSync(join(folder, `${name}.png`), Buffer.from(data, "base64"));
}
const size = (width, height, mobile = false) =>
  send("Emulation.setDeviceMetricsOverride", {width, height, deviceScaleFactor: 1, mobile});

const faults = [];
const expect = (holds, fault) => { if (!holds) faults.push(fault); };

async function test() {
  const {targetInfos} = await send("Target.getTargets");
  const {targetId} = targetInfos.find((target) => target.type === "page");
  session = (await send("Target.attachToTarget", {targetId, flatten: true})).sessionId;
  await send("Runtime.enable");
  await send("Page.enable");
  await size(1400, 900);
  await send("Page.navigate", {url: `file://${resolve(page)}`});
  await new Promise((done) => setTimeout(done, 300));
  for (let count = 0; count < 50 && !(await evaluate("document.readyState === 'complete'")); count += 1) {
    await new Promise((done) => setTimeout(done, 100));
  }
  await look("wide");

  expect(await evaluate("document.activeElement === view"), "the picture has no focus to begin with");

  // Nothing is wider than the window, and the table's last column is seen.
  const isWhole = "document.documentElement.scrollWidth <= innerWidth";
  expect(await evaluate(isWhole), "the page is wider than the window");
  expect(await evaluate("(() => { const cell = document.querySelector('tbody td:last-child');"
    + "return !cell || cell.getBoundingClientRect().right <= innerWidth; })()"), "the table's last column is cut off");
  expect(await evaluate("document.getElementById('legend').getBoundingClientRect().top"
    + " >= document.getElementById('view').getBoundingClientRect().bottom - 1"), "the legend covers the picture");

  // A click shows what a layer is; the row in the table is seen, and is not below the totals.
  await click("#stage .box:not(.block):not(.terminal)");
  expect(await evaluate("!document.getElementById('details').hidden"), "a click describes nothing");
  expect(await evaluate("document.getElementById('details').textContent.includes('→')"), "no shapes are said");
  const rowIsSeen = "(() => { const row = document.querySelector('tr.selected').getBoundingClientRect();"
    + "const [top, bottom] = [document.querySelector('thead th'), document.querySelector('tfoot td')]"
    + ".map((cell) => cell.getBoundingClientRect());"
    + "return row.top >= top.bottom - 1 && row.bottom <= bottom.top + 1; })()";
  expect(await evaluate(rowIsSeen), "the selected row is hidden");
  await evaluate("show(data.nodes.length - 1)");
  expect(await evaluate(rowIsSeen), "the last row is hidden");
  await look("selected");

  // Keys: / finds, Escape leaves, + and − and 0 change the size, arrows move, Enter unfolds and keeps the focus.
  await press("/");
  expect(await evaluate("document.activeElement.id === 'search'"), "/ does not lead to the search");
  for (const letter of "conv") await press(letter);
  expect(await evaluate("found.length > 0 && document.querySelectorAll('.found').length > 0"), "nothing is found");
  await look("found");
  await press("Escape");
  expect(await evaluate("found.length === 0 && selected.size === 0"), "Escape leaves something");
  expect(await evaluate("document.activeElement.id === 'view'"), "Escape does not lead to the picture");
  const before = await evaluate("scale");
  await press("+");
  expect(await evaluate("scale") > before, "+ makes nothing larger");
  await press("0");
  const x = await evaluate("panX");
  await press("ArrowRight");
  expect(await evaluate("panX") < x, "an arrow moves nothing");
  await evaluate("document.getElementById('fold').click()");
  if (await evaluate("!!stage.querySelector('.block')")) {
    await evaluate("stage.querySelector('.box.block').focus()");
    const part = await evaluate("document.activeElement.dataset.part");
    const boxes = await evaluate("elements.size");
    await press("Enter");
    expect(await evaluate("elements.size") > boxes, "Enter unfolds nothing");
    expect(await evaluate("document.activeElement.dataset.part") === part, "Enter throws the focus away");
    await press("ArrowDown");
    const moved = await evaluate("document.activeElement.dataset.part");
    expect(moved !== undefined && moved !== part, "an arrow does not lead to the next box");
  }
  // The tab key leads through all boxes, and each is in sight.
  await evaluate("document.getElementById('unfold').click()");
  await evaluate("view.focus()");
  for (let count = 0; count < 25; count += 1) {
    await press("Tab");
    const isSeen = await evaluate("(() => { const element = document.activeElement;"
      + "if (!stage.contains(element)) return true; const area = element.getBoundingClientRect();"
      + "const frame = view.getBoundingClientRect(); return view.scrollTop === 0 && view.scrollLeft === 0"
      + " && area.bottom > frame.top && area.top < frame.bottom"
      + " && area.right > frame.left && area.left < frame.right; })()");
    expect(isSeen, "what has the focus is out of sight");
  }
  await evaluate("rows[0].focus()");
  await press("ArrowDown");
  await press("Enter");
  expect(await evaluate("rows.length < 2 || selected.has(1)"), "the table has no keys");

  // Saving: an SVG that can be read, with all that is seen.
  const saved = await evaluate("picture()");
  const counts = await evaluate(`(() => {
    const text = new DOMParser().parseFromString(picture(), "image/svg+xml");
    return {isWhole: !text.querySelector("parsererror"), boxes: stage.querySelectorAll(".box, .merge, .title").length,
      groups: text.querySelectorAll("svg > g").length, texts: text.querySelectorAll("text").length,
      colors: [...text.querySelectorAll("rect")].every((area) => /^#[0-9a-f]{6}$/.test(area.getAttribute("fill")))};
  })()`);
  expect(counts.isWhole, "what is saved is no SVG");
  expect(counts.boxes === counts.groups && counts.texts >= counts.boxes,
    `what is saved lacks boxes or text: ${JSON.stringify(counts)}`);
  expect(counts.colors, "what is saved has colours that not all programs know");
  if (folder) writeFileSync(join(folder, "saved.svg"), saved);
  await send("Browser.setDownloadBehavior", {behavior: "allow", downloadPath: profile});
  await click("#save");

  // In the dark text can be read: a contrast of at least 4.5 to 1.
  const contrast = `(() => {
    const light = (color) => { const parts = color.match(/[\\d.]+/g).slice(0, 3).map(Number);
      const scaled = color.startsWith("color(") ? parts : parts.map((part) => part / 255);
      const [r, g, b] = scaled.map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    let least = 21;
    for (const element of stage.querySelectorAll(".box b, .box span")) {
      const back = getComputedStyle(element.parentNode).backgroundColor;
      const pair = [getComputedStyle(element).color, back].map(light);
      least = Math.min(least, (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05));
    }
    return least; })()`;
  expect(await evaluate(contrast) >= 4.5, `text is hard to read: ${await evaluate(contrast)} to 1`);
  await evaluate("document.getElementById('theme').click()");
  expect(await evaluate("document.documentElement.dataset.theme") === "dark", "the theme does not change");
  expect(await evaluate(contrast) >= 4.5, `text is hard to read in the dark: ${await evaluate(contrast)} to 1`);
  await evaluate("document.getElementById('fit').click()");
  await look("dark");
  expect(await evaluate("picture()") === await evaluate("(() => { document.documentElement.dataset.theme = 'light';"
    + "const text = picture(); document.documentElement.dataset.theme = 'dark'; return text; })()"),
    "what is saved depends on the theme");

  // Paper: light, all of the picture and the table, from several pages.
  const paper = await send("Page.printToPDF", {preferCSSPageSize: false, printBackground: true});
  if (folder) writeFileSync(join(folder, "paper.pdf"), Buffer.from(paper.data, "base64"));
  expect(paper.data.length > 10_000, "nothing is printed");
  expect(await evaluate("document.documentElement.dataset.theme") === "dark", "the theme is another after printing");
  await send("Emulation.setEmulatedMedia", {media: "print"});
  const display = (selector) => evaluate(`getComputedStyle(document.querySelector("${selector}")).display`);
  expect(await display("#report") === "block", "the table is not printed");
  expect(await display("header .tools") === "none", "buttons are printed");
  await send("Emulation.setEmulatedMedia", {media: ""});

  // Another layer in the address is shown; what is no text is passed over.
  await evaluate("location.hash = encodeURIComponent(data.nodes[data.nodes.length - 1][0])");
  await new Promise((done) => setTimeout(done, 100));
  expect(await evaluate("selected.has(data.nodes.length - 1)"), "another layer in the address shows nothing");
  await evaluate("location.hash = '%'");
  await new Promise((done) => setTimeout(done, 100));

  // A phone: nothing sticks out, and the picture has most of the room.
  await size(390, 844, true);
  await evaluate("document.getElementById('fold').click()");
  await look("phone");
  expect(await evaluate(isWhole), "the page is wider than a phone");
  const share = await evaluate("view.clientHeight / innerHeight");
  expect(share >= 0.45, `the picture has ${Math.round(share * 100)} % of a phone`);
  expect(await evaluate("Math.abs(document.body.getBoundingClientRect().height - innerHeight) < 2"),
    "the page is higher than a phone");
}

let status = 1;
try {
  await test();
  faults.push(...exceptions.map((text) => `an exception: ${text}`));
  console.log(faults.length ? [...new Set(faults)].join("\n") : `${page}: everything works`);
  status = faults.length ? 1 : 0;
} catch (error) {
  console.log(error.message);
}
browser.kill();
browser.on("exit", () => {
  rmSync(profile, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
  process.exit(status);
});
