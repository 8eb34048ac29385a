/// A statement of Python.
package indirect enum PythonStatement: Hashable, Sendable {
  /// `target: annotation = value`.
  case assignment(PythonExpression, annotation: String? = nil, PythonExpression)
  case expression(PythonExpression)
  case conditional(PythonExpression, then: [PythonStatement], else: [PythonStatement] = [])
  /// `for pattern in sequence:`; several names of a pattern have commas between them.
  case loop(pattern: String, PythonExpression, [PythonStatement])
  case returned(PythonExpression)
  /// A comment on a line of its own.
  case comment(String)
  /// An empty line.
  case space
}

/// A parameter of a function.
package struct PythonParameter: Hashable, Sendable {
  package var name: String
  package var type: String
  package var defaultValue: PythonExpression?

  package init(_ name: String, _ type: String, default defaultValue: PythonExpression? = nil) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
  }
}

/// A function, or a method whose first parameter is `self`.
package struct PythonFunction: Hashable, Sendable {
  package var name: String
  package var parameters: [PythonParameter]
  package var result: String
  /// The lines of its docstring; none for no docstring.
  package var documentation: [String]
  package var body: [PythonStatement]

  package init(
    _ name: String, _ parameters: [PythonParameter], result: String, documentation: [String] = [],
    body: [PythonStatement]
  ) {
    self.name = name
    self.parameters = parameters
    self.result = result
    self.documentation = documentation
    self.body = body
  }
}

/// A class with its attributes and methods.
package struct PythonClass: Hashable, Sendable {
  package var name: String
  package var bases: [String]
  package var documentation: [String]
  /// `name: type`, and assignments.
  package var attributes: [PythonStatement]
  /// Annotated names without a value, as a `NamedTuple` has them.
  package var fields: [PythonParameter]
  package var methods: [PythonFunction]

  package init(
    _ name: String, bases: [String], documentation: [String], attributes: [PythonStatement] = [],
    fields: [PythonParameter] = [], methods: [PythonFunction] = []
  ) {
    self.name = name
    self.bases = bases
    self.documentation = documentation
    self.attributes = attributes
    self.fields = fields
    self.methods = methods
  }
}

/// A declaration of a file.
package enum PythonDeclaration: Hashable, Sendable {
  case structure(PythonClass)
  case function(PythonFunction)
  /// Text as it stands: functions and classes that are the same in every file.
  case source(String)
  /// `NAME = value`.
  case constant(String, PythonExpression)
}

/// A file of Python.
package struct PythonFile: Hashable, Sendable {
  /// The lines of the module's docstring.
  package var documentation: [String]
  /// The lines that import names, those of each group together.
  package var imports: [[String]]
  package var declarations: [PythonDeclaration]

  package init(documentation: [String], imports: [[String]] = [], declarations: [PythonDeclaration]) {
    self.documentation = documentation
    self.imports = imports
    self.declarations = declarations
  }
}
