"""Draws docs/performance.svg, and a picture for each further processor: the time of cnnc over that of the fastest peer, a bar
for each architecture."""

import math
import os
from xml.sax.saxutils import escape

import processor
from performance_results import figures_of, threads_of

NAMES = {"openvino": "OpenVINO", "onnxruntime": "ONNX Runtime", "ncnn": "ncnn", "torch": "PyTorch"}
ROW, BAR, TOP, LEFT, WIDTH, RIGHT = 24, 14, 58, 160, 420, 210

STYLE = """
text { font: 12px ui-sans-serif, system-ui, "Helvetica Neue", Arial, sans-serif; fill: #1f2328 }
.title { font-size: 15px; font-weight: 600 }
.quiet { fill: #59636e }
.ahead { fill: #1f7a4d }
.behind { fill: #b35900 }
.line { stroke: #59636e; stroke-width: 1 }
.grid { stroke: #d1d9e0; stroke-width: 1 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .quiet { fill: #9198a1 } .ahead { fill: #3fb27a } .behind { fill: #e0894a }
  .line { stroke: #9198a1 } .grid { stroke: #3d444d }
}
"""


def write(results, folder):
    """Draws one image on several threads, for each processor that has such figures; the files' names by the index of the
    processor."""
    names = {}
    for index, entry in enumerate(results["processors"]):
        threads = threads_of(entry, "two")
        if not threads:
            continue
        name = f"performance-{len(names) + 1}.svg" if names else "performance.svg"
        text = drawing(figures_of(entry, "two", threads[0]), threads[0], processor.title(entry["kind"]))
        if text:
            names[index] = name
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
    return names


def drawing(figures, threads, title):
    """The picture; empty if no network has a ratio."""
    rows = sorted(
        ((f["values"]["ratio"], f["name"], f["values"]) for f in figures if f["values"].get("ratio")), key=lambda r: r[:2])
    if not rows:
        return ""
    mean = math.exp(sum(math.log(r) for r, _, _ in rows) / len(rows))
    limit = max(1.1, 1.05 * rows[-1][0])
    height = TOP + ROW * len(rows) + 34
    width = LEFT + WIDTH + RIGHT

    def x(ratio):
        return LEFT + WIDTH * ratio / limit

    busy = "; on a busy machine" if any(f.get("busy") for f in figures) else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' role="img">',
        "<title>Time of cnnc over the fastest peer's</title>",
        f"<style>{STYLE}</style>",
        f'<text class="title" x="12" y="24">Time of cnnc over the fastest peer’s, geometric mean {mean:.2f}</text>',
        f'<text class="quiet" x="12" y="42">one image, float32, {threads} threads; '
        f"{escape(title)}; shorter is faster{busy}</text>",
    ]
    bottom = TOP + ROW * len(rows)
    for tick in [0, 0.25, 0.5, 0.75, 1]:
        kind = "line" if tick == 1 else "grid"
        parts.append(f'<line class="{kind}" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{TOP - 4}" y2="{bottom + 4}"/>')
        label = "fastest peer" if tick == 1 else f"{tick:g}"
        parts.append(f'<text class="quiet" x="{x(tick):.1f}" y="{bottom + 20}" text-anchor="middle">{label}</text>')
    for index, (ratio, name, times) in enumerate(rows):
        y = TOP + ROW * index
        peer = min((t, e) for e, t in times.items() if e in NAMES and t)
        middle = y + ROW / 2 + 4
        kind = "ahead" if ratio < 1 else "behind"
        parts.append(f'<text x="{LEFT - 8}" y="{middle}" text-anchor="end">{escape(name)}</text>')
        parts.append(
            f'<rect class="{kind}" x="{LEFT}" y="{y + (ROW - BAR) / 2}" width="{x(ratio) - LEFT:.1f}" height="{BAR}"'
            ' rx="2"/>')
        parts.append(f'<text x="{x(ratio) + 6:.1f}" y="{middle}">{ratio:.2f}</text>')
        text = f"{times['cnnc']:.1f} ms; {NAMES[peer[1]]} {peer[0]:.1f}"
        parts.append(f'<text class="quiet" x="{width - 12}" y="{middle}" text-anchor="end">{text}</text>')
    parts.append("</svg>")
    return "\n".join(parts) + "\n"
