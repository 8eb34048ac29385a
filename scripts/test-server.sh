#!/bin/bash
# Runs the example server on random weights, with requests that mean harm beside others that do not, some load, and its end:
#
#     scripts/test-server.sh SERVER CNNC
set -u
server=$(realpath "$1")
cnnc=$(realpath "$2")
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
port=${SERVER_PORT:-$((20000 + $$ % 20000))}
address=http://127.0.0.1:$port
failures=0
process=""
finish() {
  [ -z "$process" ] || kill "$process" 2>/dev/null
  wait 2>/dev/null
  rm -rf "$folder"
}
trap finish EXIT

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# expect STATUS WHAT ARGUMENT...: curl gets this status.
expect() {
  local status=$1 what=$2 found
  shift 2
  found=$(curl -s -o "$folder/answer" -w '%{http_code}' --max-time 60 "$@")
  [ "$found" = "$status" ] || fail "$what is answered with $found, not $status: $(head -c 300 "$folder/answer")"
}

"$cnnc" weights init Examples/Server/Sources/Server/efficientnet_lite0.yaml -o "$folder/weights.safetensors" || exit 1
"$server" "$folder/weights.safetensors" --port "$port" --deadline 4 >"$folder/log" 2>&1 &
process=$!
for _ in $(seq 100); do
  curl -s -o "$folder/answer" "$address/health" && break
  kill -0 "$process" 2>/dev/null || { cat "$folder/log"; exit 1; }
  sleep 0.2
done

expect 200 "health" "$address/health"
expect 200 "an image" --data-binary @Tests/ImagesTests/Fixtures/color.png "$address/classify"
grep -q '"probability"' "$folder/answer" || fail "an image is answered without classes"
expect 422 "what is no image" --data-binary @README.md "$address/classify"
expect 400 "an empty body" -X POST "$address/classify"
expect 405 "GET" "$address/classify"
head -c 17000000 /dev/zero >"$folder/large"
expect 413 "what is too large" --data-binary "@$folder/large" "$address/classify"

# A PNG of 16 bits a sample, 7,000 × 7,000 pixels in 300 kB: 441 MB to decode.
python3 - "$folder/wide.png" <<'PYTHON'
import struct, sys, zlib

def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

side = 7000
packer = zlib.compressobj(9)
data = b"".join(packer.compress(bytes(1 + 6 * side)) for _ in range(side)) + packer.flush()
header = struct.pack(">IIBBBBB", side, side, 16, 2, 0, 0, 0)
with open(sys.argv[1], "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b""))
PYTHON
expect 422 "an image that takes much memory" --data-binary "@$folder/wide.png" "$address/classify"
grep -q "bytes to decode" "$folder/answer" || fail "the answer does not say why: $(cat "$folder/answer")"

# Forty who send a byte now and then: 32 have places, health is answered, and places are free after the deadline.
python3 - "$port" <<'PYTHON' &
import socket, sys, time

port = int(sys.argv[1])
ends = {}
senders = []
for index in range(40):
    sender = socket.create_connection(("127.0.0.1", port))
    sender.sendall(b"POST /classify HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
    sender.setblocking(False)
    senders.append(sender)
started = time.monotonic()
while len(ends) < len(senders) and time.monotonic() - started < 30:
    for sender in senders:
        if sender in ends:
            continue
        try:
            sender.send(b"x")
            if sender.recv(4096) == b"":
                ends[sender] = time.monotonic() - started
        except BlockingIOError:
            pass
        except OSError:
            ends[sender] = time.monotonic() - started
    time.sleep(0.2)
slowest = max(ends.values(), default=0)
if len(ends) < len(senders) or slowest > 15:
    print(f"FAILED: {len(senders) - len(ends)} slow senders are waited for, others up to {slowest:.0f} s")
    sys.exit(1)
PYTHON
senders=$!
sleep 1.5
expect 200 "health beside slow senders" "$address/health"
expect 503 "an image beside 32 slow senders" --data-binary @Tests/ImagesTests/Fixtures/color.png "$address/classify"
wait "$senders" || failures=$((failures + 1))
expect 200 "an image after slow senders" --data-binary @Tests/ImagesTests/Fixtures/color.png "$address/classify"

# Eight clients for five seconds, then more at once than may wait: every answer is one of two, all are counted, and memory
# does not grow with them.
python3 - "$port" "$process" <<'PYTHON' || failures=$((failures + 1))
import collections, http.client, sys, threading, time

port, process = int(sys.argv[1]), sys.argv[2]
with open("Tests/ImagesTests/Fixtures/color.png", "rb") as file:
    image = file.read()
found, lock = collections.Counter(), threading.Lock()

def post(until, count):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while count > 0 and time.monotonic() < until:
        count -= 1
        connection.request("POST", "/classify", image)
        answer = connection.getresponse()
        text = answer.read()
        good = answer.status == 503 or b'"probability"' in text
        with lock:
            found[answer.status if good else "wrong"] += 1

def run(clients, seconds, count):
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=post, args=(until, count)) for _ in range(clients)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

def counted():
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}

before = counted()
start = time.monotonic()
run(8, 5, 1_000_000)
steady = found[200]
seconds = time.monotonic() - start
run(64, 30, 1)
after = counted()
print(f"server: {steady / seconds:.1f} images a second for 8 clients; of 64 at once {found[503]} turned away")
faults = []
if set(found) - {200, 503} or not steady: faults.append(f"answers are {dict(found)}")
for status in (200, 503):
    name = f'classify_requests_total{{status="{status}"}}'
    if after.get(name, 0) - before.get(name, 0) != found[status]: faults.append(f"{name} is not what was answered")
if after["classify_requests_waiting"]: faults.append("images wait when all are answered")
with open(f"/proc/{process}/status") as file:
    peak = next((int(line.split()[1]) for line in file if line.startswith("VmHWM")), 0)
# Threads' images, decoded, plans' arenas, and 33 bodies of 16 MiB at most.
if peak > 1_500_000: faults.append(f"the server has taken {peak} kB")
for fault in faults: print(f"FAILED: {fault}")
sys.exit(bool(faults))
PYTHON

# Who is being answered when the server is told to end still gets the answer.
answers=()
for index in 1 2 3 4; do
  curl -s -o "$folder/last$index" -w '%{http_code}' --max-time 60 --data-binary @Tests/ImagesTests/Fixtures/color.png \
    "$address/classify" >"$folder/status$index" &
  answers+=($!)
done
for _ in $(seq 100); do
  waiting=$(curl -s "$address/metrics" | sed -n 's/^classify_requests_waiting //p')
  answered=$(cat "$folder"/status? | wc -c)
  [ $((waiting + answered / 3)) -lt 4 ] || break
  sleep 0.02
done
kill -TERM "$process"
for index in 1 2 3 4; do
  wait "${answers[$((index - 1))]}"
  [ "$(cat "$folder/status$index")" = 200 ] || fail "an image that was under way is answered with $(cat "$folder/status$index")"
done
wait "$process"
status=$?
[ "$status" = 0 ] || fail "the server ends with $status"
process=""
curl -s -o /dev/null --max-time 5 "$address/health" && fail "the server is there when it has ended"
echo "server: $failures failures"
[ "$failures" = 0 ]
