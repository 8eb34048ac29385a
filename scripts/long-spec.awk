# Writes a spec of a plain chain of `layers` layers, a convolution and a relu in turn:
#   awk -v layers=10000 -f scripts/long-spec.awk > long.yaml
BEGIN {
  print "cnnc: 1"
  print "model: Long"
  print "input: {channels: 8, size: 16}"
  print "layers:"
  for (i = 0; i < layers; i++) {
    if (i % 2 == 0)
      printf "  - {name: conv_%d, conv: {out: 8, kernel: 3, padding: 1}}\n", i / 2
    else
      print "  - relu"
  }
}
