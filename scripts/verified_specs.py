"""The networks that test_verify.py verifies."""

SPEC = """\
cnnc: 1
model: Planted
input: {channels: 3, size: 16}
layers:
  - {name: stem, conv: {out: 8, kernel: 3, padding: half, bias: false}}
  - {name: norm, batch_norm: {epsilon: 0.01}}
  - relu
  - {name: mean, avg_pool: {kernel: 3, stride: 2, padding: half}}
  - name: both
    branches:
      left: {conv: {out: 4, kernel: 1}}
      right: {conv: {out: 4, kernel: 3, padding: half}}
    join: concat
  - {name: mix, conv: {out: 8, kernel: 1}}
  - {name: most, max_pool: {kernel: 3, stride: 2, round: ceil}}
  - {name: deep, conv: {out: 12, kernel: 3, padding: half}}
  - relu
  - global_avg_pool
  - flatten
  - {name: head, linear: {out: 5}}
"""

# What training does otherwise than a run: heads, and what is dropped at random, which is not while it is compared.
TRAINED = """\
cnnc: 1
model: Trained
input: {channels: 3, size: 8}
layers:
  - {name: stem, conv: {out: 4, kernel: 3, padding: half}}
  - relu
  - residual:
      - conv: {out: 4, kernel: 3, padding: half}
      - drop_path: {rate: 0.5}
  - {name: middle, relu}
  - dropout: {rate: 0.5}
  - flatten
  - {name: head, linear: {out: 5}}
aux:
  early: {from: middle, weight: 0.3, seq: [global_avg_pool, flatten, linear: {out: 5}]}
"""

# What moves without a gradient, some of it twice a step.
MOVING = """\
cnnc: 1
model: Moving
input: {channels: 3, size: 8}
layers:
  - {name: stem, conv: {out: 6, kernel: 3, normalize_weight: spectral_norm}}
  - {name: up, transposed_conv: {out: 8, kernel: 2, stride: 2, normalize_weight: spectral_norm}}
  - {name: twice, conv: {out: 8, kernel: 3, padding: half, bias: false, normalize_weight: spectral_norm}}
  - {name: norm, batch_norm}
  - leaky_relu: {slope: 0.2}
  - share: twice
  - share: norm
  - leaky_relu: {slope: 0.2}
  - global_avg_pool
  - flatten
  - {name: head, linear: {out: 5, normalize_weight: spectral_norm}}
"""

# Beside outputs by their names.
SEVERAL = """\
cnnc: 1
model: Several
input: {channels: 3, size: 8}
layers:
  - {name: stem, conv: {out: 4, kernel: 3}}
  - global_avg_pool
  - flatten
  - {name: head, linear: {out: 5}}
aux:
  early: {from: stem, seq: [global_avg_pool, flatten, linear: {out: 5}]}
outputs: {classes: head, maps: stem}
"""

# A head that has nothing to learn.
PLAIN_HEAD = """\
cnnc: 1
model: PlainHead
input: {channels: 3, size: 8}
layers:
  - {name: stem, conv: {out: 4, kernel: 3, padding: half}}
  - batch_norm
  - {name: kept, relu}
  - global_avg_pool
  - flatten
  - {name: head, linear: {out: 4}}
aux:
  early: {from: kept, weight: 0.3, seq: [global_avg_pool, flatten]}
"""

# Their losses would need other labels, so that of the head is left out.
OTHER_HEAD = """\
cnnc: 1
model: OtherHead
input: {channels: 3, size: 8}
layers:
  - {name: stem, conv: {out: 4, kernel: 3}}
  - batch_norm
  - relu
  - {name: head, conv: {out: 5, kernel: 1}}
  - upsample: {like: input, mode: bilinear, align_corners: true}
aux:
  early: {from: stem, seq: [conv: {out: 5, kernel: 1}, batch_norm]}
"""

# Norms make rounding large, and onnx's reference evaluator has no groups of ConvTranspose.
ROUNDING = """\
cnnc: 1
model: Rounding
input: {channels: 4, depth: 6, size: [10, 12]}
layers:
  - conv: {out: 6, kernel: [3, 1, 3], stride: [1, 2, 1], padding: same, groups: 2}
  - transposed_conv: {out: 8, kernel: [2, 3, 1], stride: [2, 1, 2], groups: 2}
  - batch_norm
  - upsample: {by: 1.5, mode: trilinear}
  - instance_norm: {affine: true}
  - group_norm: {groups: 2}
  - layer_norm
"""
ROUNDING_POOLED = (
    ROUNDING
    + """\
  - max_pool: {kernel: 3, stride: 2}
  - adaptive_avg_pool: {size: [2, 3, 1]}
  - softmax
"""
)

# A network that gives 0 whatever it is given, so that all its gradients are 0, and a number that is no score of classes.
DEAD = """\
cnnc: 1
model: Dead
input: {channels: 3, size: 8}
layers:
  - {name: stem, conv: {out: 4, kernel: 3}}
  - global_avg_pool
  - flatten
  - {name: head, linear: {out: 5, init: {weight: zeros, bias: {constant: {value: -1}}}}}
  - relu
"""
# A network that gives the same whatever it is given.
CONSTANT = """\
cnnc: 1
model: Constant
input: {channels: 3, size: 8}
layers:
  - {name: stem, conv: {out: 4, kernel: 3}}
  - global_avg_pool
  - flatten
  - {name: head, linear: {out: 5, init: {weight: zeros, bias: {constant: {value: 0.5}}}}}
"""
# What onnx's reference evaluator computes otherwise than ONNX says.
NEIGHBOURS = """\
cnnc: 1
model: Neighbours
input: {channels: 3, size: 8}
layers:
  - {name: stem, conv: {out: 6, kernel: 3}}
  - {name: across, lrn: {size: 3, alpha: 0.5, beta: 0.75, k: 1}}
  - {name: deep, conv: {out: 4, kernel: 3}}
"""
NUMBERS = """\
cnnc: 1
model: Numbers
input: {channels: 1, size: 8}
layers:
  - {name: stem, conv: {out: 4, kernel: 3, padding: half}}
  - tanh
  - {name: head, conv: {out: 1, kernel: 3, padding: half}}
aux:
  early: {from: stem, seq: [conv: {out: 1, kernel: 1}]}
"""
