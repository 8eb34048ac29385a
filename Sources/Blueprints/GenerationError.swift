/// Why source cannot be generated for a network.
package struct GenerationError: Error, Sendable, CustomStringConvertible {
  package var description: String
  /// The place in the spec, `file:line:column`, if it is one in particular.
  package var place: String?

  package init(_ description: String, place: String? = nil) { (self.description, self.place) = (description, place) }
}
