import Diagnostics

/// A statement in a function's body.
package indirect enum Statement: Hashable, Sendable {
  /// `let name = value`, with a comment behind it.
  case constant(String, SwiftExpression, comment: String? = nil)
  case variable(String, SwiftExpression, comment: String? = nil)
  case assignment(SwiftExpression, SwiftExpression, comment: String? = nil)
  case expression(SwiftExpression, comment: String? = nil)
  case conditional(Condition, then: [Statement], else: [Statement] = [])
  /// `for pattern in sequence { … }`.
  case loop(pattern: String, SwiftExpression, [Statement])
  case returned(SwiftExpression, comment: String? = nil)
  /// A comment on a line of its own.
  case comment(String)
  /// A statement that debuggers and traps show at a line of another file.
  case located(SourceLine, Statement)

  /// What an `if` asks.
  package enum Condition: Hashable, Sendable {
    case expression(SwiftExpression)
    /// `if let a, let b`.
    case bindings([String])
  }
}

/// Who may use a declaration.
package enum AccessModifier: String, Hashable, Sendable, CaseIterable {
  case `internal`
  case package
  case `public`

  /// What is written before a declaration.
  var prefix: String { self == .internal ? "" : rawValue + " " }
}

/// A parameter of a function.
package struct Parameter: Hashable, Sendable {
  /// The label at calls; nil for the name, `_` for none.
  package var label: String?
  package var name: String
  package var type: String
  package var defaultValue: SwiftExpression?

  package init(_ name: String, label: String? = nil, type: String, default defaultValue: SwiftExpression? = nil) {
    self.name = name
    self.label = label
    self.type = type
    self.defaultValue = defaultValue
  }
}

/// A member of a type, or a declaration of a file.
package indirect enum Declaration: Hashable, Sendable {
  case structure(Structure)
  case `extension`(String, [Declaration])
  case property(Property)
  case function(Function)
  case alias(String, type: String, access: AccessModifier, documentation: [String])
}

/// A type.
package struct Structure: Hashable, Sendable {
  package var name: String
  package var conformances: [String]
  package var access: AccessModifier
  package var documentation: [String]
  package var members: [Declaration]

  package init(
    _ name: String, conformances: [String] = [], access: AccessModifier, documentation: [String],
    members: [Declaration]
  ) {
    self.name = name
    self.conformances = conformances
    self.access = access
    self.documentation = documentation
    self.members = members
  }
}

/// A property; consecutive ones without documentation stand together.
package struct Property: Hashable, Sendable {
  package var name: String
  package var type: String?
  package var isVariable: Bool
  package var isStatic: Bool
  package var access: AccessModifier
  package var value: SwiftExpression?
  /// The body of a computed property, in place of a value.
  package var getter: [Statement]?
  package var documentation: [String]
  package var comment: String?

  package init(
    _ name: String, type: String?, isVariable: Bool = false, isStatic: Bool = false, access: AccessModifier,
    value: SwiftExpression? = nil, getter: [Statement]? = nil, documentation: [String] = [], comment: String? = nil
  ) {
    self.name = name
    self.type = type
    self.isVariable = isVariable
    self.isStatic = isStatic
    self.access = access
    self.value = value
    self.getter = getter
    self.documentation = documentation
    self.comment = comment
  }
}

/// A function or an initializer.
package struct Function: Hashable, Sendable {
  /// `init` for an initializer.
  package var name: String
  package var parameters: [Parameter]
  package var result: String?
  package var isMutating: Bool
  package var access: AccessModifier
  package var documentation: [String]
  package var body: [Statement]

  package init(
    _ name: String, _ parameters: [Parameter], result: String? = nil, isMutating: Bool = false,
    access: AccessModifier, documentation: [String], body: [Statement]
  ) {
    self.name = name
    self.parameters = parameters
    self.result = result
    self.isMutating = isMutating
    self.access = access
    self.documentation = documentation
    self.body = body
  }
}

/// A file of Swift.
package struct SwiftFile: Hashable, Sendable {
  /// Comment lines at the top, without slashes.
  package var header: [String]
  package var imports: [String]
  package var declarations: [Declaration]

  package init(header: [String], imports: [String], declarations: [Declaration]) {
    self.header = header
    self.imports = imports
    self.declarations = declarations
  }
}
