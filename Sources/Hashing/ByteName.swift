/// A name that is compared by its bytes.
///
/// Swift's texts are equal if they look alike: an accent may be written in two ways. Names in files are different then,
/// and to bring long ones into one form takes time that grows with the square of their marks.
package struct ByteName: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (left: ByteName, right: ByteName) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
