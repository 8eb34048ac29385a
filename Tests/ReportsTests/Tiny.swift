/// A small network with what reports have to show: copies, a residual with a projection, a head, a variant.
let tiny =
  """
  cnnc: 1
  model: Tiny
  summary: a small residual network
  source: "by hand"
  params: {width: int = 8, classes: int = 10}
  input: {channels: 3, size: 16}
  defaults: {conv: {bias: false, padding: half}}
  blocks:
    Unit:
      params: {out: int, stride: int = 1}
      layers:
        - residual:
            - conv: {out: out, kernel: 3, stride: stride}
            - batch_norm
          shortcut: {name: down, project: conv}
        - relu
  layers:
    - conv: {out: width, kernel: 3}
    - {name: stage1, Unit: {out: width}, repeat: 3}
    - {name: stage2, Unit: {out: 2 * width, stride: 2}}
    - global_avg_pool
    - flatten
    - {name: fc, linear: {out: classes}}
  aux:
    early: {from: stage1, weight: 0.3, seq: [global_avg_pool, flatten, linear: {out: classes}]}
  variants: {wide: {width: 16}}
  """
