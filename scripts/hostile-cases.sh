# Cases of scripts/hostile.sh, which reads this file: inputs that did harm once, with the exit status, the words and the
# processor's seconds that are right, in a release build. Those of the first part are written here; those of the second
# come with their generator from CNNC_SHARED/cases/hostile, where that folder is there.

head='cnnc: 1\nmodel: T\ninput: {channels: 2, size: 4}\n'

# small NAME TEXT: a spec of two channels of 4 × 4.
small() { printf "$head$2" >"$folder/$1.yaml"; }

# --- Arithmetic and memory
small dilation 'layers:\n  - conv: {out: 3, kernel: 3, dilation: 2147483647, padding: same}\n'
small padding 'layers:\n  - conv: {out: 1, kernel: 3, padding: 20000, stride: 20000}\n'
small large 'layers:\n  - flatten\n  - linear: {out: 100000000}\n'
for name in dilation padding; do
  within 1 0 "" run "$folder/$name.yaml" --weights random:1 --input "$folder/x.npy" -o "$folder/y.npy"
  within 1 0 "" bench "$folder/$name.yaml" --seconds 0 --warmup 0
done
within 1 0 "reads 9 of the 16 pixels" check "$folder/padding.yaml"
within 1 2 "there is no memory of" run "$folder/large.yaml" --weights random:1 --input "$folder/x.npy" -o "$folder/y.npy"
within 1 2 "must be 1 to 1048576" bench "$folder/good.yaml" --batch 1000000000 --seconds 0
for limit in 100000 200000 500000 1000000; do
  kilobytes=$limit any bench specs/vgg16.yaml --seconds 0 --warmup 0
  kilobytes=$limit any weights init specs/vgg16.yaml -o "$folder/w.safetensors"
  rm -f "$folder/w.safetensors"
done
python3 - "$folder" <<'PYTHON'
import struct, sys, zipfile, zlib

folder = sys.argv[1]

# A PNG of 16 bits a sample, 7,000 × 7,000 pixels: 441 MB to decode.
def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

side = 7000
packer = zlib.compressobj(9)
data = b"".join(packer.compress(bytes(1 + 6 * side)) for _ in range(side)) + packer.flush()
header = struct.pack(">IIBBBBB", side, side, 16, 2, 0, 0, 0)
with open(folder + "/wide.png", "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b""))

# A deflate stream of 10,000 empty blocks, each with tables of its own, for an array that is said to have 80 KB.
def reverse(value, count):
    return int(format(value, f"0{count}b")[::-1], 2)

bits, count = 0, 0
def put(value, width):
    global bits, count
    bits |= value << count
    count += width

order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
# How many bits each length takes, and with which code.
lengths = {8: 1, 9: 2, 4: 3, 5: 3}
literals = [8] * 226 + [9] * 60
put(0, 1), put(2, 2), put(len(literals) - 257, 5), put(29, 5), put(15, 4)
for symbol in order:
    put(lengths.get(symbol, 0), 3)
codes = {8: (0, 1), 9: (2, 2), 4: (6, 3), 5: (7, 3)}
for length in literals + [5] * 28 + [4] * 2:
    code, width = codes[length]
    put(reverse(code, width), width)
# The end is the symbol 256, the 31st of those with 9 bits.
put(reverse((226 << 1) + 30, 9), 9)
block, width = bits, count
parts, carry, filled = bytearray(), 0, 0
for index in range(10000):
    value = block | (1 if index == 9999 else 0)
    carry |= value << filled
    filled += width
    whole = filled // 8
    parts += (carry & ((1 << 8 * whole) - 1)).to_bytes(whole, "little")
    carry >>= 8 * whole
    filled -= 8 * whole
parts += bytes([carry])
assert zlib.decompressobj(-15).decompress(bytes(parts)) == b""
name, claimed = b"a.npy", 80128
local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, 0, len(parts), claimed, len(name), 0) + name
central = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, 0, len(parts), claimed, len(name), 0, 0, 0, 0, 0, 0) + name
start = len(local) + len(parts)
with open(folder + "/blocks.npz", "wb") as file:
    file.write(local + parts + central + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(central), start, 0))

# Two names that differ only in how an accent is written.
import json
entries = {"caf\u00e9": [0, 4], "cafe\u0301": [4, 8]}
text = json.dumps({k: {"dtype": "F32", "shape": [1], "data_offsets": v} for k, v in entries.items()}, ensure_ascii=False)
with open(folder + "/accents.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text.encode())) + text.encode() + bytes(8))
PYTHON
kilobytes=300000 within 5 2 "there is no memory of" run "$folder/images.yaml" --weights random:1 "$folder/wide.png"
within 1 2 "" weights inspect "$folder/blocks.npz"

# --- Files that nobody named
small import 'layers: [relu]\nimport: ["-"]\n'
small labels 'layers: [global_avg_pool, flatten]\nlabels: /etc/passwd\n'
small above 'layers: [global_avg_pool, flatten]\nlabels: ../../x\n'
small centers 'layers:\n  - flatten\n  - rbf: {out: 2, centers: "-"}\n'
small linked 'layers: [relu]\nimport: [link.yaml]\n'
ln -s /etc/passwd "$folder/link.yaml"
within 1 1 "spec.import" check "$folder/import.yaml"
within 1 1 "spec.import" check "$folder/linked.yaml"
unsaid "root:"
for name in labels above; do
  within 1 1 "is no file in the spec's folder" run "$folder/$name.yaml" --weights random:1 --input "$folder/x.npy"
  within 1 1 "is no file in the spec's folder" generate "$folder/$name.yaml"
done
within 1 1 "in the spec's folder" run "$folder/centers.yaml" --weights random:1 --input "$folder/x.npy"

# --- Names, marks and control characters
within 1 0 "2" weights inspect "$folder/accents.safetensors"
[ "$(grep -c "^caf" "$folder/out")" = 2 ] || fail "names that differ in how an accent is written are one"
small control 'layers:\n  - {name: "a\\e[31m\\n::error::x", relu}\n'
within 1 1 "name.ill-formed" check "$folder/control.yaml"
unsaid "$(printf '\033')"
unsaid "^::error"
printf 'cnnc: 1\nmodel: T\ninput: {channels: 2, size: 4}\nlayers: [relu,' >"$folder/cut.yaml"
within 1 1 "4:9: error\[spec.syntax\]" check "$folder/cut.yaml"
unsaid "did not find"

small label 'layers: [global_avg_pool, flatten]\nlabels: ["a\\e[31m\\n::error::x", b]\n'
within 1 0 "error::x" run "$folder/label.yaml" --weights random:1 --input "$folder/x.npy"
unsaid "$(printf '\033')"
unsaid "^::error"
small comment 'summary: "a\\e[31m\\u202Eb\\u2028c"\nsource: "d\\0\\a\\re"\nlayers: [relu]\n'
any generate "$folder/comment.yaml" -o "$folder/M.swift"
any generate "$folder/comment.yaml" --target pytorch -o "$folder/M.py"
small trained 'layers: [global_avg_pool, flatten, linear: {out: 2}]\n'
within 1 0 "" generate "$folder/trained.yaml" --target pytorch -o "$folder/net.py" --with-training ddp \
  --data "npz:$(printf 'a\033[31m"\n{{data}}\342\200\256')"
for file in M.swift M.py train.py; do
  if [ -e "$folder/$file" ] && LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]\|\342\200\256\|\342\200\250')" "$folder/$file"; then
    fail "control characters and marks reach generated code"
  fi
done
python3 -c 'import sys; print("cnnc: 1\nmodel: T\ninput: {channels: 2, size: 4}\nlayers:\n  - relu: {e" + "\u0301" * 29 + "x" * 60000 + ": 1}")' >"$folder/long.yaml"
any check "$folder/long.yaml"
[ "$(cat "$folder/out" "$folder/err" | wc -c)" -lt 4000 ] || fail "a long name makes a long message"

# --- Repetition
small repeat 'layers:\n  - {repeat: 1000000, relu}\n'
within 1 1 "spec.limit" check "$folder/repeat.yaml"

# --- Writing updates in place
small fixed 'layers: [conv: {out: 3, kernal: 3}]\n'
chmod 600 "$folder/fixed.yaml"
ln -s fixed.yaml "$folder/pointer.yaml"
any check "$folder/pointer.yaml" --fix
grep -q "kernel: 3" "$folder/fixed.yaml" || fail "a fix through a link does not reach the file"
[ -L "$folder/pointer.yaml" ] || fail "a fix replaces a link by a file"
[ "$(ls -l "$folder/fixed.yaml" | cut -c 1-10)" = "-rw-------" ] || fail "a fix changes the file's mode"

if [ ! -d "$shared" ]; then
  echo "skipped: there is no $shared"
  return 0
fi
cases=$folder/hostile
cp -r "$shared" "$cases"
chmod -R u+w "$cases"
(cd "$cases" && python3 make.py) || fail "make.py"
printf '\223NUMPY\1\0\166\0%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 8, 8), }" >"$folder/x8.npy"
head -c 256 /dev/zero >>"$folder/x8.npy"
for name in pad-overflow pad-memory; do
  within 2 0 "" run "$cases/$name.yaml" --weights random:1 --input "$folder/x8.npy" -o "$folder/y.npy"
done
kilobytes=8000000 within 1 2 "there is no memory of 40.0 GB" bench "$cases/huge.yaml" --seconds 0
kilobytes=8000000 within 1 2 "there is no memory of 40.0 GB" weights init "$cases/huge.yaml" -o "$folder/w.safetensors"
within 1 1 "does not fit the network" run "$cases/map.yaml" --weights "$cases/t.pth" --input "$cases/x.npy"
within 1 0 "8 tensors" weights convert "$cases/train_best.pth" "$folder/w.npz"
for name in sepconv foreach tiny small; do within 1 0 "struct" generate "$cases/$name.yaml"; done
for name in 20k 40k; do within 1 2 "stacks marks" weights inspect "$cases/gen/combining-$name.safetensors"; done
for name in 10k 20k; do within 1 1 "spec.encoding" check "$cases/gen/combining-kind-$name.yaml"; done
within 1 0 "t1999" weights inspect "$cases/gen/longname.safetensors"
[ "$(wc -c <"$folder/out")" -lt 400000 ] || fail "a long name widens every row of a table"
for file in "$cases"/gen/storage-key-*.pth; do within 1 2 "the key of a storage has" weights inspect "$file"; done
for size in 5000 10000; do
  within 2 0 "" check "$cases/gen/aux-$size.yaml"
  within 2 0 "" generate "$cases/gen/aux-$size.yaml"
  within 2 0 "" expand "$cases/gen/aux-$size.yaml"
done
within 3 1 "expr.unknown-name" check "$cases/gen/near-miss.yaml"
within 2 1 "spec.limit" check "$cases/gen/steps.yaml"
for size in 1000 2000; do
  within 2 1 "Changed" diff "$cases/gen/diff-a-$size.yaml" "$cases/gen/diff-b-$size.yaml"
done
for command in check expand "graph --format svg"; do
  # shellcheck disable=SC2086
  within 3 0 "" $command "$cases/gen/blocks-8000.yaml"
done
within 5 0 "" generate "$cases/gen/blocks-8000.yaml"
# Every command over every file ends by itself, whatever it says.
for file in "$cases"/*.yaml; do spec "$file"; done
for file in "$cases"/*.pth; do weights "$file"; done
