import ArgumentParser
import Foundation
import Profiling
import Runtime
import Testing

@testable import cnnc

@Suite("cnnc bench") struct BenchCommandTests {
  private static let spec = """
    cnnc: 1
    model: Small
    params: {width: int = 3}
    input: {channels: 2, size: 8}
    layers:
      - {name: c, conv: {out: width, kernel: 3, padding: half}}
      - relu
      - max_pool: {kernel: 2}
      - flatten
      - {name: fc, linear: {out: 5}}
    variants:
      wide: {width: 20}

    """

  private func json(_ arguments: [String], _ folder: TemporaryFolder) throws -> [String: Any] {
    let output = folder.path("out.json")
    #expect(try status(of: ["bench", "--format", "json", "-o", output] + arguments) == .success)
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: output)))
    return try #require(object as? [String: Any])
  }

  /// How threads wait, as `make bench` writes it beside figures.
  private static let barrier = "spins 4000 times, then sched_yield; on shared processors 300 times, then sleeps"

  private func number(_ key: String, _ report: [String: Any]) throws -> Double {
    try #require((report[key] as? NSNumber)?.doubleValue, "\(key) is missing or no number")
  }

  @Test("the JSON report has every figure, and they agree with each other")
  func figures() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let report = try json(
      [spec, "--seconds", "0", "--warmup", "1", "--batch", "3", "--threads", "2", "--variant", "wide"], folder)
    #expect(report["model"] as? String == "Small")
    let keys = [
      "median_ms", "min_ms", "p90_ms", "p99_ms", "plan_ms", "images_per_second", "gflops", "arena_bytes",
      "peak_rss_bytes", "weight_bytes",
    ]
    for key in keys { #expect(try number(key, report) > 0, "\(key)") }
    #expect(try number("batch", report) == 3)
    #expect(try number("threads", report) == 2)
    #expect(try number("runs", report) == 5)
    #expect(try number("barrier_ns", report) > 0)
    #expect(report["barrier"] as? String == Self.barrier)
    let median = try number("median_ms", report)
    #expect(try number("min_ms", report) <= median)
    #expect(try median <= number("p90_ms", report))
    #expect(try number("p90_ms", report) <= number("p99_ms", report))
    let speed = try number("images_per_second", report)
    #expect(abs(speed * median / 3000 - 1) < 1e-3)
    // 3 images of a convolution of 20 × 2 × 3 × 3 weights on 8 × 8 pixels and a matrix of 320 × 5.
    let operations: Double = 2 * 3 * (20 * 2 * 9 * 64 + 320 * 5)
    let gigaflops = try number("gflops", report)
    #expect(abs(gigaflops * median * 1e6 / operations - 1) < 1e-2)
    // The weights as they are, without the room that blocks add.
    let weightBytes: Double = 4 * (20 * 2 * 9 + 320 * 5)
    #expect(try number("weight_bytes", report) >= weightBytes)
    #expect(try number("peak_rss_bytes", report) > number("arena_bytes", report))
  }

  @Test("one thread has no barrier")
  func oneThread() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let report = try json([spec, "--seconds", "0", "--threads", "1"], folder)
    #expect(try number("threads", report) == 1)
    #expect(try number("barrier_ns", report) == 0)
    #expect(report["barrier"] is NSNull)
  }

  @Test("without fusion a plan takes more memory, from which it is seen that it is another")
  func unfused() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let fused = try json([spec, "--seconds", "0", "--variant", "wide"], folder)
    let unfused = try json([spec, "--seconds", "0", "--variant", "wide", "--no-fuse", "--verify-plan"], folder)
    #expect(try number("arena_bytes", fused) < number("arena_bytes", unfused))
  }

  @Test("an annotated spec has its own lines, with the time at the layers that do the work")
  func annotations() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let output = folder.path("out.txt")
    #expect(try status(of: ["bench", spec, "--seconds", "0", "--annotate", "-o", output]) == .success)
    let text = try folder.read("out.txt")
    #expect(text.hasPrefix("Small  \(spec)\n1 image, "))
    #expect(text.contains("\nplan  ") && text.contains("\nspeed  ") && text.contains("\nmemory  "))
    let lines = text.split(separator: "\n").filter { $0.contains(" │") }
    let source = Self.spec.split(separator: "\n")
    try #require(lines.count == source.count + 2)
    for (line, original) in zip(lines, source) {
      #expect(line.drop { $0 != "│" }.dropFirst(2) == original)
      let isTimed = ["- {name: c", "- max_pool", "- {name: fc"].contains { original.contains($0) }
      #expect(line.prefix { $0 != "│" }.contains("%") == isTimed, "\(line)")
    }
    #expect(lines[lines.count - 2].hasSuffix("input and output to and from blocks"))
    #expect(lines[lines.count - 1].contains("100.0%"))
  }

  @Test("a step of training is measured, and each line's part of it")
  func training() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let report = try json(
      [spec, "--train", "--seconds", "0", "--batch", "3", "--threads", "2", "--verify-plan"], folder)
    for key in ["median_ms", "min_ms", "p90_ms", "plan_ms", "arena_bytes", "peak_bytes", "barrier_ns"] {
      #expect(try number(key, report) > 0, "\(key)")
    }
    #expect(report["barrier"] as? String == Self.barrier)
    #expect(try number("steps", report) == 5 && number("batch", report) == 3 && number("threads", report) == 2)
    let low = try json(
      [spec, "--train", "--seconds", "0", "--batch", "3", "--memory", "low", "--verify-plan"], folder)
    #expect(try number("arena_bytes", low) <= number("arena_bytes", report))
    #expect(try abs(number("images_per_s", report) * number("median_ms", report) / 3000 - 1) < 1e-3)
    // The parameters, and as much momentum.
    #expect(try number("state_bytes", report) >= Double(2 * 4 * (3 * 2 * 9 + 3 + 48 * 5 + 5)))
    let output = folder.path("out.txt")
    #expect(try status(of: ["bench", spec, "--train", "--seconds", "0", "--profile", "-o", output]) == .success)
    let lines = try folder.read("out.txt").split(separator: "\n").filter { $0.contains(" │") }
    let timed = lines.filter { $0.prefix { $0 != "│" }.contains("%") }
    // The two layers with weights have all three columns, the pool two.
    func columns(_ name: String) -> Int? {
      timed.first { $0.contains(name) }?.prefix { $0 != "│" }.split(separator: " ").count
    }
    #expect(columns("- {name: c,") == 4 && columns("- {name: fc") == 4 && columns("- max_pool") == 3)
    #expect(lines.last?.contains("100.0%") == true)
  }

  @Test("the probe finds a peak and a bandwidth", arguments: [1, 2])
  func probe(threads: Int) throws {
    // A probe of a moment; the command's own takes seconds without optimization.
    let report = ProbeReport(try MachineProbe(threads: threads, megabytes: 1, rounds: 1000))
    let object = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any]
    let figures = try #require(object)
    for key in ["peak_gflops", "read_gigabytes_per_second"] { #expect(try number(key, figures) > 0) }
    #expect(try number("threads", figures) == Double(threads))
    #expect(try (number("barrier_ns", figures) > 0) == (threads > 1))
    #expect(figures["barrier"] as? String == (threads > 1 ? Self.barrier : nil))
    // The widest is measured, unless the environment says otherwise.
    let sets = try #require(figures["instruction_sets"] as? [String])
    #expect(sets.first == "portable")
    #expect(sets.contains(try #require(figures["instruction_set"] as? String)))
    #expect(report.text.contains("barrier") == (threads > 1))
  }

  @Test("what cannot be measured is refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let spec = try folder.write(Self.spec, to: "m.yaml")
    let wrong = [
      [], [spec, "--probe"], [spec, "--threads", "0"], [spec, "--threads", "257"], [spec, "--seconds", "-1"],
      [spec, "--warmup", "-1"], [spec, "--batch", "0"], [spec, "--annotate", "--format", "json"],
      ["--train", "--probe"], [spec, "--train", "--tune"], [spec, "--train", "--memory", "least"],
    ]
    for arguments in wrong {
      #expect(throws: (any Error).self, "\(arguments)") { try status(of: ["bench"] + arguments) }
    }
    #expect(try status(of: ["bench", spec, "--weights", folder.path("none.pth")]) == .unusable)
    #expect(try status(of: ["bench", spec, "--input", "2xHxW"]) == .findings)
  }
}
