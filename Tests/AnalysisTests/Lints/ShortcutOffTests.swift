import Testing

/// lint.shortcut-off: a residual that adds nothing, because its shortcut is switched off.
@Suite("Shortcuts that are switched off") struct ShortcutOffTests {
  @Test(arguments: [
    "  - {residual: [conv: {out: 8, kernel: 1}], shortcut: {when: prev.c > 8, identity}}\n",
    "  - {residual: [conv: {out: 4, kernel: 1}], shortcut: {name: down, when: prev.c > 8, project: conv}}\n",
    "  - {residual: [conv: {out: 8, kernel: 1}], shortcut: {when: prev.c > 8, batch_norm}}\n",
    "  - {name: unit, residual: [conv: {out: 8, kernel: 1}], shortcut: {when: false, identity}}\n",
  ])
  func nothingIsAdded(_ layers: String) throws {
    let lines = try Advice(spec(layers)).lines
    let column = try #require(layers.firstRange(of: "shortcut: ")).upperBound
    let place =
      "4:\(layers[..<column].unicodeScalars.count + 1): note[lint.shortcut-off]: the shortcut's `when` is false"
    #expect(
      lines.count == 1 && lines[0].hasPrefix(place) && lines[0].hasSuffix("so that nothing is added to the body"),
      "\(lines)")
  }

  @Test(arguments: [
    "  - {residual: [conv: {out: 8, kernel: 1}], shortcut: {when: prev.c == 8, identity}}\n",
    "  - {name: unit, residual: [conv: {out: 8, kernel: 1}, relu], shortcut: {when: true, batch_norm}}\n",
    "  - {residual: [conv: {out: 4, kernel: 1}], shortcut: when_same}\n",
  ])
  func somethingIsAdded(_ layers: String) throws { #expect(try Advice(spec(layers)).lines == []) }

  /// A block of which some uses add and others do not: one finding, which says how many.
  @Test func inSomeUses() throws {
    let text = """
      cnnc: 1
      input: {channels: 8, size: 8}
      blocks:
        Unit:
          params: {adds: bool}
          layers: [{residual: [conv: {out: 8, kernel: 1}], shortcut: {when: adds, identity}}]
      layers: [Unit: {adds: false}, Unit: {adds: true}, Unit: {adds: false}]

      """
    #expect(
      try Advice(text).lines == [
        "6:64: note[lint.shortcut-off]: the shortcut's `when` is false in unit1 and 1 more, so that nothing is added to the body"
      ])
  }
}
