/// The style sheet of the HTML page.
enum HTMLStyle {
  static let text = #"""
    :root { --back: #ffffff; --panel: #f7f8fa; --ink: #1a1a1a; --soft: #5a5f6a; --edge: #4a4a4a; --rule: #d9dce3;
      --mark: #ffb000; color-scheme: light; }
    :root[data-theme="dark"] { --back: #16181d; --panel: #1e2128; --ink: #eceef2; --soft: #a3a9b6; --edge: #b4bac6;
      --rule: #343944; --mark: #ffb000; color-scheme: dark; }
    * { box-sizing: border-box; }
    html, body { margin: 0; height: 100%; }
    body { display: flex; flex-direction: column; background: var(--back); color: var(--ink);
      font: 13px/1.35 Helvetica, Arial, "Liberation Sans", sans-serif; }
    header { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; padding: 8px 14px;
      border-bottom: 1px solid var(--rule); background: var(--panel); }
    h1 { font-size: 16px; margin: 0; }
    header .summary { color: var(--soft); }
    header .tools { margin-left: auto; display: flex; gap: 6px; align-items: center; flex-wrap: wrap; }
    button, input { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--rule);
      border-radius: 5px; padding: 3px 9px; }
    button { cursor: pointer; }
    button:hover { border-color: var(--soft); }
    :focus-visible { outline: 2px solid var(--mark); outline-offset: 1px; }
    #search { width: 190px; }
    #found { color: var(--soft); min-width: 4.5em; }
    main { flex: 1; display: flex; min-height: 0; }
    #view { flex: 1; min-width: 0; overflow: hidden; position: relative; cursor: grab; touch-action: none; }
    #view.dragging { cursor: grabbing; user-select: none; }
    #stage { position: absolute; left: 0; top: 0; transform-origin: 0 0; display: flex; align-items: flex-start;
      gap: 40px; padding: 20px; width: max-content; }
    #edges { position: absolute; left: 0; top: 0; pointer-events: none; overflow: visible; z-index: 1; }
    #edges path.line { fill: none; stroke: var(--edge); stroke-width: 1.2; }
    #edges path.tip { fill: var(--edge); }
    .seq { display: flex; flex-direction: column; align-items: center; gap: 17px; }
    .seq > .labelled { margin-bottom: 11px; }
    .box, .merge { position: relative; z-index: 2; background: var(--f); border: 1px solid var(--l); border-radius: 5px;
      text-align: center; white-space: nowrap; }
    .box { padding: 4px 11px; min-width: 76px; }
    .box b, .box span { display: block; }
    .box b { font-size: 12.5px; }
    .box span { font-size: 11px; color: var(--soft); }
    .box.block { cursor: pointer; }
    .box.copies { box-shadow: 3px 3px 0 -1px var(--f), 3px 3px 0 0 var(--l), 6px 6px 0 -1px var(--f), 6px 6px 0 0 var(--l);
      margin-bottom: 6px; }
    .box.terminal { border-radius: 16px; }
    .merge.circle { width: 22px; height: 22px; border-radius: 50%; line-height: 19px; font-weight: bold; font-size: 15px;
      color: var(--l); }
    .merge.bar { font-size: 11px; padding: 2px 12px; }
    .label { position: absolute; left: calc(50% + 6px); top: calc(100% + 2px); font-size: 10px; color: var(--soft);
      font-weight: normal; line-height: 1.2; white-space: nowrap; }
    .frame { position: relative; border: 1px solid var(--l); border-radius: 6px; padding: 0 14px 14px;
      background: color-mix(in srgb, var(--f) 40%, transparent); }
    .frame.head { border-style: dashed; }
    .frame > .title { position: relative; z-index: 3; margin: 0 -14px 14px; padding: 3px 12px; background: var(--f);
      border-bottom: 1px solid var(--l); border-radius: 5px 5px 0 0; font-weight: bold; font-size: 11.5px;
      cursor: pointer; white-space: nowrap; }
    .frame > .title::before { content: "− "; color: var(--soft); }
    .box.block > b::before { content: "+ "; color: var(--soft); }
    .par { display: flex; flex-direction: column; align-items: center; }
    .cols { display: flex; gap: 20px; align-items: flex-start; padding: 0; }
    .col { padding: 16px 0 20px; display: flex; flex-direction: column; align-items: center; }
    .col.labelled { padding-bottom: 30px; }
    .col.empty { width: 12px; align-self: stretch; }
    .main > .cols { display: grid; grid-template-columns: 1fr auto 1fr; align-items: center; gap: 10px; width: 100%; }
    .main > .cols > .col:first-child { grid-column: 2; }
    .main > .cols > .col:last-child { justify-self: start; }
    .par > .merge.bar { align-self: stretch; margin: 0 26px; }
    .main > .merge.bar { margin: 0; }
    #aside { display: flex; flex-direction: column; align-items: flex-start; }
    .box.selected, .merge.selected, tr.selected { outline: 3px solid var(--mark); outline-offset: 1px; }
    .box.found, .merge.found { outline: 2px dashed var(--mark); outline-offset: 1px; }
    #report { width: 500px; max-width: 46%; overflow: auto; border-left: 1px solid var(--rule); background: var(--panel); }
    #report[hidden] { display: none; }
    table { border-collapse: collapse; width: 100%; font-size: 11.5px; }
    th { position: sticky; top: 0; background: var(--panel); text-align: left; padding: 6px 8px; z-index: 1;
      box-shadow: inset 0 -1px 0 var(--rule); }
    td { padding: 2px 8px; white-space: nowrap; border-bottom: 1px solid var(--rule); }
    tbody td:first-child { border-left: 4px solid var(--l); }
    td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
    tbody tr { cursor: pointer; }
    tbody tr:hover { background: var(--back); }
    tr.selected { outline-offset: -3px; outline-width: 2px; }
    tr.found td { background: color-mix(in srgb, var(--mark) 16%, transparent); }
    tfoot td { font-weight: bold; position: sticky; z-index: 1; bottom: 0; background: var(--panel); }
    #legend { position: absolute; left: 10px; bottom: 10px; display: flex; flex-wrap: wrap; gap: 3px 12px; z-index: 4;
      font-size: 11px; color: var(--soft); background: var(--back); padding: 3px 8px; border-radius: 5px; opacity: 0.92; }
    #legend i { display: inline-block; width: 11px; height: 10px; border: 1px solid var(--l); background: var(--f);
      border-radius: 2px; margin-right: 5px; }
    @media (max-width: 800px) { #report { width: 45%; } }
    @media print { #report, .tools { display: none; } }
    """#

  /// The colours of the groups, by light and by dark.
  static var colors: String {
    var text = ""
    for color in Palette.allCases {
      text += ".\(color.rawValue) { --f: \(color.fill); --l: \(color.line); }\n"
      text += ":root[data-theme=\"dark\"] .\(color.rawValue) { "
      text += "--f: color-mix(in srgb, \(color.line) 38%, #16181d); "
      text += "--l: color-mix(in srgb, \(color.line) 70%, #ffffff); }\n"
    }
    return text
  }
}
