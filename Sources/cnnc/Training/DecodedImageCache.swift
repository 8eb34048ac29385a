import Datasets
import Images
import NetworkImages
import Runtime
import TrainingRuns

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension ImageDecoding {
  /// What the options say of decoded images: nil where they are not kept. A part of a set, or a run that is not made, uses
  /// what there is and makes nothing.
  init?(_ command: TrainCommand, _ network: Network, _ trainable: TrainableNetwork, _ recipe: Recipe) throws {
    guard !command.noCache, let folder = command.cache ?? Self.usersFolder else { return nil }
    var cache = ImageCache(folder: folder)
    cache.threads = ThreadCount.standard
    let progress = DecodingProgress(isSilent: command.log != .text)
    self.init(
      cache, try ImagePreprocessing(network.spec, for: network.graph), for: trainable, recipe,
      mayBuild: command.fraction == 1 && !command.dryRun
    ) { progress.report($0) }
  }

  /// `cnnc` in the folder that the system has for what can be made again.
  private static var usersFolder: String? {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    if let caches = variable("XDG_CACHE_HOME") { return "\(caches)/cnnc" }
    #if canImport(Darwin)
      return variable("HOME").map { "\($0)/Library/Caches/cnnc" }
    #else
      return variable("HOME").map { "\($0)/.cache/cnnc" }
    #endif
  }
}

/// Tells how far the decoding of a set is.
private final class DecodingProgress {
  private let isSilent: Bool
  private let isTerminal = isatty(2) == 1 && !Terminal.isDumb
  private var began: Double?
  private var shownAt = 0.0

  init(isSilent: Bool) { self.isSilent = isSilent }

  func report(_ event: ImageCache.Event) {
    switch event {
    case .skipped(let reason): standardError("cnnc: images are decoded anew in each epoch: \(reason)\n")
    case .decoded(let count, let all, let file):
      guard !isSilent else { return }
      let now = RunClock.now
      if began == nil {
        began = now
        standardError("decoding \(all) images once, into \(file)\n")
      }
      guard isTerminal, now - shownAt > 0.2 else { return }
      shownAt = now
      standardError("\r\u{1B}[K\(count)/\(all)")
    case .finished(let images, let bytes):
      guard !isSilent, let start = began else { return }
      began = nil
      standardError(
        "\(isTerminal ? "\r\u{1B}[K" : "")decoded \(images) images in \(TrainingReporter.time(RunClock.now - start)), "
          + "\(bytes / 1_000_000) MB\n")
    }
  }
}
