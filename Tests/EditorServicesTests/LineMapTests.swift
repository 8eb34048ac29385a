import Diagnostics
import Testing

@testable import EditorServices

@Suite struct LineMapTests {
  private func map(_ old: String, _ new: String) -> LineMap {
    LineMap(from: SourceFile(path: "", bytes: Array(old.utf8)), to: SourceFile(path: "", bytes: Array(new.utf8)))
  }

  @Test func keepsWhatIsBeforeAndBehind() {
    let map = map("a\nb\nc\nd", "a\nx\ny\nb2\nc\nd")
    #expect((1...6).map { map.old($0) } == [1, 2, nil, nil, 3, 4])
    #expect((1...4).map { map.new($0) } == [1, 2, 5, 6])
    #expect(map.changed == [2, 3, 4])
  }

  @Test func findsWhatStaysBetweenChanges() {
    let map = map("a\nb\nc\nd\ne\nf\ng", "a\nB\nc\nd\nnew\ne\nF\ng")
    #expect((1...8).map { map.old($0) } == [1, 2, 3, 4, nil, 5, 6, 7])
    #expect(map.changed == [2, 5, 7])
  }

  @Test func hasNothingOfWhatIsGone() {
    let map = map("a\nb\nc", "a\nc")
    #expect((1...3).map { map.new($0) } == [1, nil, 2])
    #expect(map.old(3) == nil)
  }
}
