#!/bin/sh
# Generates every network of the zoo and the specs made for trouble into one folder, and a list of them in Swift; with
# a number, also those of so many specs drawn at random that are networks.
# usage: scripts/generate-models.sh CNNC FOLDER [RANDOM [FIRST]]
set -eu
cnnc=$1
folder=$2
root=$(cd "$(dirname "$0")/.." && pwd)

rm -rf "$folder"
mkdir -p "$folder/new"

list=$folder/GeneratedModel.swift
cat >"$list" <<'SWIFT'
import NeuralNetworks
import Runtime
import Tensors

/// A generated network, ready to be run beside the interpreter.
package struct GeneratedModel: Sendable {
  package var spec: String
  package var variant: String?
  package var load: @Sendable ([String: Tensor]) throws -> LoadedModel

  init<Network: Model>(_ spec: String, _ variant: String? = nil, _ type: Network.Type) {
    self.spec = spec
    self.variant = variant
    load = { parameters in
      var model = Network()
      try model.load(parameters)
      let loaded = model
      return LoadedModel(
        run: { loaded(Network.Input(tensors: $0)).tensors }, computation: { loaded.computation(inputs: $0) },
        plan: { shapes in
          let plan = try loaded.plan(inputs: shapes)
          return { plan(Network.Input(tensors: $0)).tensors }
        })
    }
  }
}

/// A network with its parameters, whatever its type.
package struct LoadedModel: Sendable {
  package var run: @Sendable ([Tensor]) -> [Tensor]
  package var computation: @Sendable ([[Int]]) -> Computation
  package var plan: @Sendable ([[Int]]) throws -> @Sendable ([Tensor]) -> [Tensor]
}

package let generatedModels: [GeneratedModel] = [
SWIFT

# generate SPEC [VARIANT]
generate() {
  "$cnnc" generate "$1" ${2:+--variant "$2"} --access-modifier package --output "$folder/new/"
  file=$(ls "$folder/new")
  type=${file%.swift}
  mv "$folder/new/$file" "$folder/$file"
  if [ -n "${2:-}" ]; then
    echo "  GeneratedModel(\"$1\", \"$2\", $type.self)," >>"$list"
  else
    echo "  GeneratedModel(\"$1\", nil, $type.self)," >>"$list"
  fi
}

for spec in "$root"/specs/*.yaml "$root"/specs/examples/*.yaml "$root"/Tests/SwiftEmissionTests/Fixtures/*.yaml \
  "$root"/Tests/GraphIRTests/Fixtures/sharing.yaml; do
  generate "$spec"
done
for variant in resnet101 resnet152 resnext50_32x4d v1; do generate "$root/specs/resnet50.yaml" $variant; done
for variant in vgg11 vgg13 vgg19 vgg16_bn; do generate "$root/specs/vgg16.yaml" $variant; done
for variant in b0 b1 b4 b7; do generate "$root/specs/efficientnet.yaml" $variant; done
generate "$root/specs/efficientnet_lite0.yaml" efficientnet_lite0_timm
generate "$root/specs/resnet18.yaml" resnet34
generate "$root/specs/densenet121.yaml" densenet169
generate "$root/specs/mobilenet_v1.yaml" slim
generate "$root/specs/mobilenet_v3.yaml" mobilenet_v3_small
generate "$root/specs/regnet.yaml" regnety_004
generate "$root/specs/unet.yaml" unet_bilinear
if [ "${3:-0}" -gt 0 ]; then
  random=$(dirname "$folder")/RandomSpecs
  rm -rf "$random"
  swiftc -parse-as-library -package-name cnnc -o "$folder/../write-random-specs" \
    "$root"/Tests/RandomSpecs/*.swift "$root/scripts/WriteRandomSpecs.swift"
  "$folder/../write-random-specs" "$random" "$3" "${4:-0}"
  for spec in "$random"/*/random*.yaml; do
    if "$cnnc" check "$spec" >/dev/null 2>&1; then generate "$spec"; fi
  done
fi
echo "]" >>"$list"
rmdir "$folder/new"
