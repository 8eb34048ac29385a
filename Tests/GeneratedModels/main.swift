import Foundation
import GeneratedModels
import RecordedNetworks
import SyntheticTensors

// Runs every generated network beside the interpreter, on the same synthetic weights and input, and compares the outputs
// bit for bit; those of published networks also with PyTorch's. With `--time` the plans are timed in turns instead.
// Names such as `resnet50@resnet152` choose networks.

/// Prints at once, for a network may take a while.
func report(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

let arguments = CommandLine.arguments.dropFirst()
let isTimed = arguments.contains("--time")
let names = Set(arguments.filter { !$0.hasPrefix("-") })
let chosen = generatedModels.filter { names.isEmpty || names.contains($0.name) }
var failures = names.subtracting(chosen.map(\.name)).sorted().map { "\($0): there is no such network" }
var compared: Set<Architecture> = []
var ratios: [Double] = []

if isTimed { report("network: interpreted ms, generated ms, ratio") }
for entry in chosen {
  do {
    let comparison = try Comparison(entry)
    if isTimed {
      let times = try comparison.times()
      let ratio = times.generated / times.interpreted
      ratios.append(ratio)
      report(
        String(
          format: "%@: %.2f, %.2f, %.3f", entry.name, times.interpreted * 1e3, times.generated * 1e3, ratio))
      continue
    }
    try comparison.check()
    let isReference = ReferenceOutput.folder != nil && entry.architecture != nil || entry.recorded != nil
    if isReference, let architecture = entry.architecture { compared.insert(architecture) }
    report("\(entry.name): equal\(isReference ? ", and PyTorch's" : "")")
  } catch {
    failures.append("\(entry.name): \(error)")
  }
}
if !ratios.isEmpty {
  report(String(format: "%d networks, ratios from %.3f to %.3f", ratios.count, ratios.min() ?? 0, ratios.max() ?? 0))
}
if !isTimed, names.isEmpty {
  if ReferenceOutput.folder == nil {
    report("PyTorch's outputs were not compared: set CNNC_SHARED to the folder that has reference/")
  } else {
    for missing in Architecture.all where !compared.contains(missing) {
      failures.append("\(missing): PyTorch's outputs were not compared")
    }
  }
}
for failure in failures { report("FAILED: \(failure)") }
exit(failures.isEmpty ? 0 : 1)
