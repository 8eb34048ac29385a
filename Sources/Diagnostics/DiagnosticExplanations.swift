extension DiagnosticID {
  /// What the finding means and what to do about it, a sentence or two; the text of `docs/diagnostics.md`.
  package var explanation: String {
    switch self {
    case .unreadableFile: "The file does not exist, is a folder, or may not be read."
    case .encoding: "A spec is UTF-8 text: no other encoding, no NUL bytes and no control characters."
    case .syntax:
      "The text is not YAML. The position is where the parser gave up; the cause often stands just before it."
    case .duplicateKey: "A mapping holds one key twice; the second would silently replace the first."
    case .mergeKey: "YAML's merge key `<<` is not part of the language; give a block parameters, or write the keys out."
    case .unsupportedYAML:
      "The language uses plain YAML: one document, no tags, and keys that are scalars. Anchors and aliases are allowed."
    case .limit: "The spec is larger or deeper than cnnc is prepared to expand; the message says which bound was met."
    case .version: "Every spec begins with `cnnc: 1`, the version of the format."
    case .unknownKey: "The key means nothing here. Often it is misspelled or stands one level too deep or too high."
    case .missingKey: "Something is required that is not written."
    case .wrongType: "The value is not of the type that its field has, such as a list where a number stands."
    case .wrongWord: "The field knows a few words, and this is none of them."
    case .outOfRange: "The number is outside what the field allows."
    case .conflict: "Two fields of a layer contradict each other."
    case .needsQuotes:
      "Inside `{}` and `[]` a comma ends a YAML scalar, so an expression with a comma must be quoted there."
    case .noOperation: "An item of a layer list needs one operation: a layer kind, a block or a combinator."
    case .twoOperations: "An item of a layer list has one operation; write two items."
    case .unknownOperation: "No layer kind, combinator or block has this name."
    case .rowColumns: "All rows of a `for_each` have the same keys, for each is a variable in its layers."
    case .emptyBranch:
      "A branch, a residual's body or a list has nothing in it. A branch that passes its input on is `identity`."
    case .duplicateDeclaration: "Two blocks, functions or parameters have one name."
    case .recursiveBlock: "A block contains itself, directly or through others, and would never end."
    case .importProblem:
      "An imported file holds blocks, functions and defaults, lies below the spec's folder, and imports no circle."
    case .unknownVariant: "The spec has no variant of this name."
    case .unknownInput: "`--input` names an input that the spec has not, or none of several, or is of another kind."
    case .unknownParameter: "The model has no parameter of this name."
    case .expectation: "What the network is differs from what the spec's `expect` says."
    case .expressionSyntax: "The text is not an expression of the language."
    case .unknownName:
      "No variable, parameter or node of this name is visible here. Blocks see their own parameters only."
    case .unknownFunction: "No function of this name is built in or declared in the file."
    case .argumentCount: "The function takes another number of arguments."
    case .expressionType:
      "An operand or a result is of the wrong type. An integer field takes no 8.0: use int, round, floor or ceil."
    case .overflow: "An integer left the range of 64 bits."
    case .divisionByZero: "A division or a remainder by zero."
    case .notFinite: "A float became infinite or not a number."
    case .recursiveFunction: "A function calls itself, directly or through others."
    case .expressionLimit: "The expression nests or computes more than an expression of a spec may."
    case .symbolicValue:
      "An expression needs a number where only a symbol such as H is known; give a size with `--input`."
    case .illFormedName: "A name consists of letters, digits and `_`, with at least one character."
    case .reservedName:
      "The name has a meaning of its own in expressions (`prev`, `input`, `i`, `first`, `last`, a function)."
    case .duplicateName: "Two nodes have one path, so their tensors would have one name; name one of them differently."
    case .doubleName: "A branch's or head's key already names its item; the item has a second name."
    case .unnamedShortcut: "In a numbered list a shortcut with layers needs a name, for it has no number."
    case .unknownReference:
      "`from` and `NODE.c` refer to an earlier node, by a written name, up to the edge of the block."
    case .wrongRank: "The layer takes another kind of tensor: feature maps (C×H×W) or a vector of features."
    case .inputCount: "The layer takes another number of inputs."
    case .kernelExceedsInput: "The window is larger than the padded input, so there is no place to put it."
    case .padding: "The padding does not suit the window or the input, such as more than half of a pool's kernel."
    case .notDivisible: "Channels cannot be shared out equally."
    case .residualMismatch: "The body and the shortcut of a residual have different shapes and cannot be added."
    case .gateMismatch: "The gate cannot be broadcast over what it multiplies."
    case .joinMismatch: "The inputs of a join have shapes that do not go together."
    case .shares:
      "The shares of a split do not divide the channels, or what `share` names cannot stand there once more."
    case .emptyOutput: "A dimension of the output would be zero or negative."
    case .symbolicShape:
      "The layer needs a number where the input has only a symbol such as H; give a size with `--input`."
    case .tooLarge: "A tensor would have more elements than any machine holds."
    case .shapeField: "A field of the layer does not suit the shape that reaches it."
    case .shadowedName: "An inner name hides an outer one of the same name; allowed, but easily misread."
    case .unusedParameter:
      "A parameter, a column of a `for_each`, its `as` variable or an input beside the first is read by nothing that the network is made of."
    case .unusedFunction: "No expression that the network needs calls the function."
    case .unusedBlock: "Neither the layers nor the heads use the block, directly or through other blocks."
    case .unusedPattern:
      "A pattern under `freeze` or `rates` of a recipe fits no tensor of the network; training would end on it."
    case .unfitLoss:
      "The network cannot be trained by the loss of a recipe, for what it ends in; training would end on it."
    case .unusedNode: "The value of a layer reaches no output and no head, so the layer is computed for nothing."
    case .noEffect:
      "With another value of the parameter, with the variant, or with another result of the function the network is the "
        + "same. Networks are built to find this, so it is looked for with `--strict` only."
    case .biasBeforeNorm:
      "Batch norm subtracts each channel's mean, and with it whatever bias the layer before has added."
    case .repeatedActivation: "An activation reads another one directly; the second changes little or nothing."
    case .repeatedNorm: "A normalization reads another one directly; the second changes little or nothing."
    case .softmaxOutput:
      "The network ends with softmax, but a cross-entropy loss takes logits and applies softmax itself. Leave it out, or "
        + "name the value under `outputs:` if probabilities are meant."
    case .singleInput: "A join has one input, or there is one branch, so that nothing comes together."
    case .unusedInitializer: "`init` has values for a tensor that the layer is told not to have, as by `bias: false`."
    case .droppedPixels:
      "The windows of a convolution or a pool leave rows or columns of their input unread, at the end or between them."
    case .receptiveField:
      "What global pooling averages has seen a part of the image only, so that no value of the network sees the whole."
    case .oddChannels:
      "Processors work on channels in groups of 8 or more; a wide convolution with another number wastes a part."
    case .stridePlacement:
      "The bottleneck strides in its 3×3 convolution, as ResNet v1.5 does; the paper of 2015 strides in the 1×1 before it."
    case .shortcutOff:
      "The condition of a residual's shortcut is false, so that there is no shortcut, and the body alone goes on."
    case .samePadding:
      "`padding: same` puts the odd row or column of zeros below or at the right. PyTorch pads both sides of pools "
        + "and of convolutions with a stride alike, so weights that were trained there give other results."
    case .unusedIgnore: "A comment `# cnnc: ignore` silences nothing, or names no lint."
    }
  }
}
