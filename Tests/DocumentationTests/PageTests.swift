import Diagnostics
import Frontend
import SpecLanguage
import SystemPackage
import Testing
import YAML

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite("The documentation")
struct PageTests {
  static let pages = [
    "README.md", "docs/language.md", "docs/architecture.md", "docs/adding-a-layer.md", "docs/runtime.md",
    "docs/training.md", "docs/coming-from-pytorch-and-keras.md",
  ]
  /// Pages of others, whose YAML is not the language's alone.
  static let otherPages = [
    "docs/ci.md", "docs/editors.md", "docs/graph-json.md", "docs/swift.md", "CONTRIBUTING.md", "SECURITY.md",
    "Examples/README.md", "docs/building.md", "docs/installing.md",
  ]

  /// What a page shows of the compiler's output is what the compiler prints now.
  @Test(arguments: pages)
  func excerptsAreFresh(_ path: String) throws {
    var page = try Page(path)
    var excerpts = Excerpts()
    var stale: [String] = []
    for (index, part) in page.parts.enumerated() {
      switch part {
      case .prose: break
      case .yaml(let block): excerpts.add(block)
      case .generated(let request, let margin, let lines):
        let fresh = try excerpts.lines(for: request).map { $0.isEmpty ? $0 : margin + $0 }
        guard fresh != lines else { continue }
        stale.append(request)
        page.parts[index] = .generated(request: request, margin: margin, lines: fresh)
      }
    }
    #expect(stale == [], "\(path) is stale; RECORD_GOLDEN=1 writes it anew")
    if !stale.isEmpty, getenv("RECORD_GOLDEN") != nil {
      let file = try FileDescriptor.open(FilePath(Repository.root + path), .writeOnly, options: [.truncate])
      try file.closeAfter { _ = try file.writeAll(page.text.utf8) }
    }
  }

  /// Whole specs build without a finding, those called broken have errors, items decode, and all else is YAML.
  @Test(arguments: pages)
  func examplesAreTrue(_ path: String) throws {
    var excerpts = Excerpts()
    for block in try Page(path).blocks {
      let place: Comment = "\(path):\(block.line)"
      excerpts.add(block)
      if block.isSpec {
        let outcome = excerpts.outcome(ofText: block.text)
        #expect((outcome.graph == nil) == block.isBroken, place)
        #expect(block.isBroken || outcome.findings == "", place)
      } else if block.text.hasPrefix("- ") {
        let items = block.text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
        let spec = "cnnc: 1\ninput: {channels: 64, size: 56}\nlayers:\n\(items)\n"
        #expect(Compilation.spec(at: "model.yaml", files: MemoryFiles(texts: ["model.yaml": spec])) != nil, place)
      } else {
        var found = DiagnosticBag()
        #expect(YAMLComposer.compose(Array(block.text.utf8), source: SourceID(index: 0), into: &found) != nil, place)
        #expect(found.isEmpty, place)
      }
    }
  }

  /// Links to other pages of the repository lead somewhere.
  @Test(arguments: pages + otherPages)
  func linksLeadSomewhere(_ path: String) throws {
    let folder = FilePath(path).removingLastComponent()
    for match in try Page(path).text.matches(of: /\]\(([^)#:\s]+)(#[^)]*)?\)/) {
      let target = folder.pushing(FilePath(String(match.1))).lexicallyNormalized()
      #expect(access(Repository.root + target.string, F_OK) == 0, "\(path) links to \(match.1)")
    }
  }

  @Test("the length of ResNet-50's spec is what the first page says")
  func lengthOfTheFirstSpec() throws {
    let bytes = try DiskFiles().read(Repository.root + "specs/resnet50.yaml", limit: 1 << 20)
    let spec = String(decoding: bytes, as: UTF8.self)
    let lines = spec.split(separator: "\n", omittingEmptySubsequences: false).count - 1
    let variants = spec.split(separator: "\n").drop { !$0.hasPrefix("variants:") }.count { $0.contains("expect:") }
    #expect(variants == 8)
    let page = try Page("README.md").text.replacing("\n  ", with: " ")
    #expect(page.contains("with eight variants, from ResNet-101 to ResNeXts and wide ResNets, is \(lines) lines."))
  }
}
