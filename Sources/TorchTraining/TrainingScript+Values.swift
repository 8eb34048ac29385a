import Augmentation
import GraphIR
import PythonSource
import Training
import TrainingRuns

extension TrainingScript {
  private var isMixed: Bool { recipe.mix != BatchMix() && trainable.inputShape.count == 3 }
  private var isSelective: Bool {
    recipe.optimizer.decay != 0 && (!recipe.decaysBiases || !recipe.decaysNorms && !norms.isEmpty)
  }
  private var hasSeveralLabels: Bool { source.form.mayHaveSeveralLabels && recipe.objective.takesSeveralLabels }
  /// Whether the recipe's expectation is of this stage.
  private var isLast: Bool { stage.map { $0.number == $0.of } ?? true }
  private var isTested: Bool { recipe.validation != .none }
  private var isAugmented: Bool { transform?.contains("train") ?? false }
  private var bringsLabels: Bool { source.form.hasNames && !subject.labels.isEmpty }
  private var buffers: Bool { graph.nodes.contains { $0.parameters.contains { $0.role == .buffer } } }

  /// What holds of the script.
  var flags: Set<String> {
    let all: [(String, Bool)] = [
      (strategy.rawValue, true), (source.form.rawValue, true), ("files", source.form.hasFiles),
      ("oriented", subject.preprocessing.orients), ("sized", transform?.contains("RequiredSize(") == true),
      ("labels", bringsLabels), ("several", hasSeveralLabels), ("augmented", isAugmented),
      ("images", transform != nil), ("tested", isTested), ("testpart", recipe.validation == .testPart),
      ("share", isTested && recipe.validation != .testPart), ("parts", recipe.accumulation > 1),
      ("ema", recipe.average != nil), ("clip", recipe.clipping != nil), ("mixed", isMixed),
      ("frozen", !recipe.frozen.isEmpty), ("nodrop", !recipe.drops),
      ("learns", !recipe.frozen.isEmpty || !recipe.drops), ("rates", !recipe.rates.isEmpty),
      ("selective", isSelective), ("smoothing", recipe.objective.smoothing > 0), ("heads", !graph.heads.isEmpty),
      ("outputs", graph.outputs.count > 1), ("distances", scores(of: graph.outputs[0].value) == .distances),
      ("plateau", schedule.goesByLosses), ("onecycle", schedule.movesMomentum),
      ("keeps", !recipe.optimizer.slots.isEmpty), ("adam", recipe.optimizer.hasBetas),
      ("patience", recipe.patience != nil),
      ("expect", recipe.expectation.isSaid && isTested && isLast), ("buffers", buffers), ("norms", !norms.isEmpty),
      ("blocks", !subject.network.repeatedTypes.isEmpty),
    ]
    return Set(all.filter(\.1).map(\.0))
  }

  /// What is put into the templates.
  var values: [String: String] {
    let ready = source.form == .npz
    func making(_ call: String) -> String {
      transform == nil ? "None" : ready ? "None if ready else \(call)" : call
    }
    return [
      "network": subject.network.typeName, "blocks": subject.network.repeatedTypes.map { ", \($0)" }.joined(),
      "module": subject.module, "read": source.form.reader,
      "mode": trainable.inputShape.first == 1 ? "L" : "RGB", "transform": transform ?? "",
      "learned": making(isAugmented ? "transform(train=True)" : "transform()"),
      "kept": making(isAugmented ? "transform(train=False)" : "transform()"), "decays": decays,
      "optimizer": PythonPrinter.text(
        [.returned(recipe.optimizer.python(hasDecays: isSelective))], indent: 4),
      "schedule": schedule.functions.joined(separator: "\n\n\n"),
      "loss": recipe.objective.python(scores(of: graph.outputs[0].value)),
      "smoothing": recipe.objective.smoothing > 0 ? ", SMOOTHING" : "",
      "output": graph.outputs[0].name ?? "output",
    ]
  }

  /// Whether a parameter shrinks, as an expression.
  private var decays: String {
    let isNorm = "isinstance(module, NORMS)"
    let isNoBias = "name.rpartition(\".\")[2] != \"bias\""
    if recipe.decaysBiases { return "not \(isNorm)" }
    if norms.isEmpty { return isNoBias }
    return recipe.decaysNorms ? "\(isNorm) or \(isNoBias)" : "not \(isNorm) and \(isNoBias)"
  }

  /// The names with values that the script begins with.
  var constants: [(String, PythonExpression)] {
    var result: [(String, PythonExpression)] = [
      ("DATA", .string(source.path)), ("OUTPUT", .string(subject.folder + (stage.map { "-\($0.number)" } ?? ""))),
      ("EPOCHS", .integer(recipe.epochs)), ("BATCH", .integer(recipe.batch)), ("PARTS", .integer(recipe.accumulation)),
      ("CLASSES", .integer(trainable.classes)), ("LEARNING_RATE", .number(recipe.optimizer.rate)),
    ]
    result += schedule.constants.map { ($0.0, .number($0.1)) }
    if let milestones = schedule.milestones { result.append(("MILESTONES", .list(milestones.map { .integer($0) }))) }
    result.append(("WEIGHT_DECAY", .number(recipe.optimizer.decay)))
    result.append(("SMOOTHING", .number(recipe.objective.smoothing)))
    if let clipping = recipe.clipping { result.append(("LARGEST_NORM", .number(clipping.largestNorm))) }
    if let average = recipe.average { result.append(("AVERAGE_DECAY", .number(average.decay))) }
    if case .share(let share) = recipe.validation { result.append(("TESTED_SHARE", .number(share))) }
    if let patience = recipe.patience { result.append(("PATIENCE", .integer(patience))) }
    result.append(("SEED", .literal(String(recipe.seed))))
    result.append(("THRESHOLD", .number(Double(trainable.threshold))))
    result.append(("FREEZE", .list(recipe.frozen.map { .string($0) })))
    result.append(
      ("RATES", .dictionary(recipe.rates.map { PythonArgument($0.pattern, .number($0.factor)) })))
    result.append(("HEADS", .list(graph.heads.map { .number($0.weight ?? 1) })))
    result.append(("NORMS", .tuple(norms.map { .name($0) })))
    result.append(("BLOCKS", .tuple(subject.network.repeatedTypes.map { .name($0) })))
    result.append(("LABELS", .list(subject.labels.map { .string($0) })))
    if isMixed { result.append(("MIX", recipe.mix.python(classes: trainable.classes))) }
    let expected = recipe.expectation
    let wanted = [("top1", expected.top1), ("top5", expected.top5), ("map", expected.map), ("f1", expected.f1)]
    result.append(
      ("EXPECTED", .dictionary(wanted.compactMap { name, value in value.map { PythonArgument(name, .number($0)) } })))
    return result
  }

  /// The lines of the script's docstring.
  var documentation: [String] {
    let stages = stage.map { ", stage \($0.number) of \($0.of)" } ?? ""
    var text = ["Trains \(subject.network.typeName) as the recipe of \(subject.spec) says\(stages)."]
    text += ["", "    python \(name) --data PATH"]
    if strategy != .lightning { text.append("    torchrun --nproc-per-node 2 \(name) --data PATH") }
    text += ["", "The weights of the best epoch are then in OUTPUT/best/model.safetensors."]
    if let stage, stage.number > 1 {
      text += [
        "A stage begins with the weights that the one before ended with:",
        "--weights \(subject.folder)-\(stage.number - 1)/last/model.safetensors.",
      ]
    }
    if !norms.isEmpty, buffers {
      text += ["Each process normalizes by its own part of a batch (no SyncBatchNorm)."]
    }
    let variant = graph.variant.map { ", variant \($0)" } ?? ""
    return text + ["", "Generated by cnnc from \(subject.spec)\(variant); do not edit."]
  }
}
