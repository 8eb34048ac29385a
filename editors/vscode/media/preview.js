'use strict';

/* global acquireVsCodeApi, disarm */

// The page of the preview: shows a picture, tells which box was clicked, lights up those of the cursor's line.

(() => {
  const vscode = acquireVsCodeApi();
  const picture = document.getElementById('picture');
  const message = document.getElementById('message');
  const step = 1.2;
  const scales = { least: 0.1, most: 8 };
  let scale = (vscode.getState() || {}).scale || 1;
  let width = 0;
  let lit = [];

  function say(text) {
    message.textContent = text;
    message.hidden = text === '';
  }

  function zoom(next, x = innerWidth / 2, y = innerHeight / 2) {
    const before = scale;
    scale = Math.min(scales.most, Math.max(scales.least, next));
    resize();
    // What is under the pointer stays there.
    const factor = scale / before;
    scrollTo((scrollX + x) * factor - x, (scrollY + y) * factor - y);
    remember({ scale });
  }

  function resize() {
    const svg = picture.querySelector('svg');
    if (!svg || !width) return;
    svg.style.width = `${width * scale}px`;
    svg.style.height = 'auto';
  }

  function remember(part) {
    vscode.setState({ ...vscode.getState(), ...part });
  }

  function show({ uri, svg, stale, highlight, paths }) {
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    if (parsed.localName !== 'svg') return say('The picture cannot be read.');
    const element = document.importNode(disarm(parsed), true);
    const box = element.viewBox.baseVal;
    width = (box && box.width) || parseFloat(element.getAttribute('width')) || 0;
    picture.replaceChildren(element);
    picture.classList.toggle('stale', Boolean(stale));
    resize();
    for (const [id, path] of paths) {
      const group = document.getElementById(id);
      if (!group) continue;
      group.setAttribute('tabindex', '0');
      group.setAttribute('role', 'link');
      group.setAttribute('aria-label', path);
    }
    say(stale ? 'The spec does not build at the moment; this is the last network that did.' : '');
    remember({ uri });
    light(highlight, false);
  }

  function light(ids, scroll) {
    for (const element of lit) element.classList.remove('cnnc-lit');
    lit = ids.map((id) => document.getElementById(id)).filter(Boolean);
    for (const element of lit) element.classList.add('cnnc-lit');
    if (scroll && lit.length > 0 && !lit.some(isVisible)) {
      lit[0].scrollIntoView({ block: 'center', inline: 'center' });
    }
  }

  function isVisible(element) {
    const { top, bottom, left, right } = element.getBoundingClientRect();
    return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  }

  function go(event) {
    const box = event.target.closest('.cnnc-box');
    if (!box) return;
    event.preventDefault();
    vscode.postMessage({ type: 'go', id: box.id });
  }

  addEventListener('message', ({ data }) => {
    if (data.type === 'show') show(data);
    if (data.type === 'highlight') light(data.ids, true);
    if (data.type === 'message') {
      picture.replaceChildren();
      say(data.text);
    }
  });
  picture.addEventListener('click', go);
  addEventListener('keydown', (event) => {
    if (event.key === 'Enter') go(event);
    if (event.key === '+' || event.key === '=') zoom(scale * step);
    if (event.key === '-') zoom(scale / step);
    if (event.key === '0') zoom(1);
  });
  addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(scale * step ** Math.sign(-event.deltaY), event.clientX, event.clientY);
    },
    { passive: false },
  );
  vscode.postMessage({ type: 'ready' });
})();
