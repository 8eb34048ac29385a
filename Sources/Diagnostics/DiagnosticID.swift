/// The stable identifiers of everything cnnc reports: `group.what`.
///
/// Each stands in `docs/diagnostics.md` with its `explanation`; a test holds the page to this list.
package enum DiagnosticID: String, Sendable, CaseIterable {
  // Reading the file.
  case unreadableFile = "spec.unreadable-file"
  case encoding = "spec.encoding"
  case syntax = "spec.syntax"
  case duplicateKey = "spec.duplicate-key"
  case mergeKey = "spec.merge-key"
  case unsupportedYAML = "spec.unsupported-yaml"
  case limit = "spec.limit"
  // Decoding it.
  case version = "spec.version"
  case unknownKey = "spec.unknown-key"
  case missingKey = "spec.missing-key"
  case wrongType = "spec.wrong-type"
  case wrongWord = "spec.wrong-word"
  case outOfRange = "spec.out-of-range"
  case conflict = "spec.conflict"
  case needsQuotes = "spec.needs-quotes"
  case noOperation = "spec.no-operation"
  case twoOperations = "spec.two-operations"
  case unknownOperation = "spec.unknown-operation"
  case rowColumns = "spec.row-columns"
  case emptyBranch = "spec.empty-branch"
  case duplicateDeclaration = "spec.duplicate-declaration"
  case recursiveBlock = "spec.recursive-block"
  case importProblem = "spec.import"
  case unknownVariant = "spec.unknown-variant"
  case unknownInput = "spec.unknown-input"
  case unknownParameter = "spec.unknown-parameter"
  case expectation = "spec.expectation"
  // Expressions.
  case expressionSyntax = "expr.syntax"
  case unknownName = "expr.unknown-name"
  case unknownFunction = "expr.unknown-function"
  case argumentCount = "expr.argument-count"
  case expressionType = "expr.type"
  case overflow = "expr.overflow"
  case divisionByZero = "expr.division-by-zero"
  case notFinite = "expr.not-finite"
  case recursiveFunction = "expr.recursive-function"
  case expressionLimit = "expr.limit"
  case symbolicValue = "expr.symbolic"
  // Names.
  case illFormedName = "name.ill-formed"
  case reservedName = "name.reserved"
  case duplicateName = "name.duplicate"
  case doubleName = "name.double"
  case unnamedShortcut = "name.unnamed-shortcut"
  case unknownReference = "name.unknown-reference"
  // Shapes.
  case wrongRank = "shape.rank"
  case inputCount = "shape.input-count"
  case kernelExceedsInput = "shape.kernel-exceeds-input"
  case padding = "shape.padding"
  case notDivisible = "shape.not-divisible"
  case residualMismatch = "shape.residual-mismatch"
  case gateMismatch = "shape.gate-mismatch"
  case joinMismatch = "shape.join-mismatch"
  case shares = "shape.shares"
  case emptyOutput = "shape.empty-output"
  case symbolicShape = "shape.symbolic"
  case tooLarge = "shape.too-large"
  case shapeField = "shape.field"
  // Advice.
  case shadowedName = "lint.shadowed-name"
  case unusedParameter = "lint.unused-parameter"
  case unusedFunction = "lint.unused-function"
  case unusedBlock = "lint.unused-block"
  case unusedPattern = "lint.unused-pattern"
  case unfitLoss = "lint.unfit-loss"
  case unusedNode = "lint.unused-node"
  case noEffect = "lint.no-effect"
  case biasBeforeNorm = "lint.bias-before-norm"
  case repeatedActivation = "lint.repeated-activation"
  case repeatedNorm = "lint.repeated-norm"
  case softmaxOutput = "lint.softmax-output"
  case singleInput = "lint.single-input"
  case unusedInitializer = "lint.unused-initializer"
  case droppedPixels = "lint.dropped-pixels"
  case receptiveField = "lint.receptive-field"
  case oddChannels = "lint.odd-channels"
  case stridePlacement = "lint.stride-placement"
  case samePadding = "lint.same-padding"
  case shortcutOff = "lint.shortcut-off"
  case unusedIgnore = "lint.unused-ignore"

  /// The part before the dot: what kind of fault it is.
  package var group: String { String(rawValue.prefix { $0 != "." }) }

  /// How much a finding of this kind weighs unless it says otherwise.
  ///
  /// Notes tell what many good networks have; warnings tell what hardly anyone means.
  package var severity: Severity {
    switch self {
    case .droppedPixels, .receptiveField, .oddChannels, .stridePlacement, .samePadding, .shortcutOff: .note
    default: group == "lint" ? .warning : .error
    }
  }
}
