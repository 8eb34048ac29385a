import ArgumentParser

/// The words of other tools for commands and options that have another name here.
enum OtherWords {
  /// The command that a word means; nil if it means none.
  static func command(for word: String) -> String? { commands[word.lowercased()] }

  /// What the parser says is wrong, with what an option of other tools is here in place of its guess.
  ///
  /// - Parameter command: The command that was given it.
  static func explained(_ text: String, of command: any ParsableCommand.Type) -> String {
    guard let match = text.prefixMatch(of: /Error: Unknown option '(--[a-z-]+)'(?:\. Did you mean '[^']*'\?)?/),
      let meaning = options[String(match.1)]
    else { return text }
    let help = Cnnc.helpMessage(for: command)
    let words = Set(help.split { " \n,/".contains($0) }.map(String.init))
    let hint = meaning.options.first(where: words.contains).map { "; here it is '\($0)'" }
    guard let hint = hint ?? meaning.advice.map({ "; \($0)" }) else { return text }
    return "Error: Unknown option '\(match.1)'\(hint)" + text[match.range.upperBound...]
  }

  private static let commands = [
    "summary": "check", "lint": "check", "validate": "check", "info": "check", "shapes": "check", "stats": "check",
    "draw": "graph", "plot": "graph", "visualize": "graph", "predict": "run", "infer": "run", "classify": "run",
    "forward": "run", "fit": "train", "finetune": "train", "test": "evaluate", "eval": "evaluate", "init": "new",
    "create": "new", "compile": "generate", "codegen": "generate", "build": "generate", "convert": "export",
    "onnx": "export", "benchmark": "bench", "profile": "bench", "time": "bench", "compare": "diff", "dataset": "data",
    "kinds": "layers", "ops": "layers", "dump": "expand", "flatten": "expand",
  ]

  /// What an option of other tools is here: the first of some that the command has, or else what is done in its place.
  private struct Meaning {
    var options: [String]
    var advice: String?

    init(_ options: String..., advice: String? = nil) { (self.options, self.advice) = (options, advice) }
  }

  private static let processors = Meaning(advice: "networks run on the processor")
  private static let rate = Meaning("--lr")
  private static let precision = Meaning(advice: "all numbers are float32")

  private static let options: [String: Meaning] = [
    "--optimizer": Meaning("--opt"), "--optim": Meaning("--opt"), "--batch-size": Meaning("--batch"),
    "--batchsize": Meaning("--batch"),
    "--learning-rate": rate, "--learning_rate": rate, "--wd": Meaning("--weight-decay"),
    "--scheduler": Meaning("--sched"), "--lr-scheduler": Meaning("--sched"), "--epoch": Meaning("--epochs"),
    "--checkpoint": Meaning("--weights", "--resume"), "--pretrained": Meaning("--weights"),
    "--model": Meaning("--spec", advice: "the spec is no option: it stands behind the command"),
    "--dataset": Meaning("--data"), "--data-path": Meaning("--data"), "--data-dir": Meaning("--data"),
    "--num-workers": Meaning("--workers"), "--num-threads": Meaning("--threads"), "--jobs": Meaning("--threads"),
    "--out": Meaning("--output"), "--output-dir": Meaning("--output"), "--input-size": Meaning("--input"),
    "--input-shape": Meaning("--input"), "--img-size": Meaning("--input"), "--topk": Meaning("--top"),
    "--top-k": Meaning("--top"), "--validation": Meaning("--val"), "--num-classes": Meaning("--classes", "--set"),
    "--device": processors, "--gpu": processors, "--gpus": processors, "--cuda": processors,
    "--amp": precision, "--fp16": precision, "--half": precision, "--dtype": precision,
    "--language": Meaning("--target"), "--lang": Meaning("--target"), "--framework": Meaning("--target"),
  ]
}
