/// What the documentation says of a combinator or a list, beside the layer kinds.
package struct CombinatorDocumentation: Sendable {
  package var keyword: String
  package var summary: String
  /// The keys that stand beside or within it, with what they mean.
  package var keys: [(name: String, documentation: String)]
  package var example: String

  /// All of them, in the order of the reference.
  package static let all: [CombinatorDocumentation] = [
    CombinatorDocumentation(
      keyword: "seq", summary: "A list of layers in place of one; with a name it numbers its items.",
      keys: [], example: "{name: classifier, seq: [dropout, linear: {out: 10}]}"),
    CombinatorDocumentation(
      keyword: "layers",
      summary: "A module written in place: a level with its name, whose layers have names of their own and no numbers.",
      keys: [], example: "{name: stem, layers: [conv: {out: 8, kernel: 3}, batch_norm, relu]}"),
    CombinatorDocumentation(
      keyword: "for_each",
      summary: "Its layers once for each row of a table, such as a paper's; the columns are variables in them.",
      keys: [
        ("rows", "a list of mappings with the same keys, or a number of rows without any"),
        ("layers", "what each row makes"),
        ("as", "a variable with the members i, first and last"),
      ], example: "for_each: {rows: [{out: 64}, {out: 128}], layers: [conv: {out: out, kernel: 3}, relu]}"),
    CombinatorDocumentation(
      keyword: "branches", summary: "Several lists that start from one value and come together again.",
      keys: [("join", "concat, add, multiply, mean or max; always written")],
      example:
        "{branches: {a: {conv: {out: 8, kernel: 1}}, b: {conv: {out: 8, kernel: 3, padding: half}}}, join: concat}"),
    CombinatorDocumentation(
      keyword: "split",
      summary: "Branches whose input channels are shared out, equally or by shares, among those that are there.",
      keys: [
        ("join", "as for branches"), ("shares", "a number for each branch, such as [1, 3]"),
      ], example: "{split: [identity, [conv: {out: 32, kernel: 1}]], join: concat}"),
    CombinatorDocumentation(
      keyword: "residual", summary: "Adds its input, or what a shortcut makes of it, to what its body makes: x + f(x).",
      keys: [
        (
          "shortcut",
          "identity (the default: shapes must agree), when_same (added only where they agree), {project: X} (identity "
            + "where they agree, else X), pad_channels, or a list or item that always stands there"
        ),
        ("scale", "a number that multiplies the body"),
      ],
      example:
        "{residual: [conv: {out: 64, kernel: 3, padding: half}, batch_norm], shortcut: {name: downsample, project: conv}}"
    ),
    CombinatorDocumentation(
      keyword: "gate",
      summary: "Multiplies its input by what its body makes, broadcast over height and width: x · f(x).",
      keys: [], example: "gate: [global_avg_pool, conv: {out: input.c, kernel: 1}, sigmoid]"),
    CombinatorDocumentation(
      keyword: "append", summary: "Concatenates its input and what its body makes: concat(x, f(x)).",
      keys: [], example: "append: [batch_norm, relu, conv: {out: 32, kernel: 3, padding: half}]"),
    CombinatorDocumentation(
      keyword: "splice", summary: "A list whose items stand in the list around, with its numbers.",
      keys: [], example: "{name: stem, seq: [splice: {seq: [conv: {out: 8, kernel: 3}, batch_norm]}, relu]}"),
    CombinatorDocumentation(
      keyword: "share",
      summary: "An earlier layer, block or list once more, with the same weights: siamese networks, detection heads.",
      keys: [], example: "{name: second, from: right, share: encoder}"),
    CombinatorDocumentation(
      keyword: "use", summary: "A parameter or a table's column of type layer.",
      keys: [("with", "arguments for it, where it does not say them itself")], example: "use: act"),
  ]
}
