import Layers

/// One use of a type, or one round of a loop within it, with the values of the variables seen there.
final class Sample {
  /// The number of the use of the type.
  let use: Int
  private let parent: Sample?
  /// The variables of this use or round alone.
  var own: Bindings = [:]

  init(use: Int, bindings: Bindings = [:]) {
    self.use = use
    parent = nil
    own = bindings
  }

  init(in parent: Sample, bindings: Bindings) {
    use = parent.use
    self.parent = parent
    own = bindings
  }

  /// The values of all variables, the inner ones in place of the outer.
  var bindings: Bindings {
    guard let parent else { return own }
    return parent.bindings.merging(own) { _, inner in inner }
  }

  /// Which list the round is one of: that of the use or round around.
  var list: ObjectIdentifier { ObjectIdentifier(parent ?? self) }

  /// The variables of the samples around.
  var outerNames: Set<String> { Set(parent?.bindings.keys.map { $0 } ?? []) }

  subscript(name: String) -> FieldValue? {
    get { own[name] ?? parent?[name] }
    set { own[name] = newValue }
  }
}
