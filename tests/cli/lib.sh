# Functions of the CLI tests; read by every script (see run).

tree() { python3 "$CLI_TESTS/tree.py" "$@"; }

# make_tree DIR: files of every kind in DIR; the same bytes each time.
make_tree() { tree make "$1"; }

# same_tree A B: fails, naming each difference, unless kinds, contents, modes, times (whole seconds)
# and link targets are equal. Options: --no-modes, --no-times, --no-links (not compared).
same_tree() { tree same "$@"; }

# refuse CODE COMMAND...: the command must end with this exit code. Its stderr is kept in ./refused
# and shown.
refuse() {
  local expected=$1 code=0
  shift
  "$@" 2> refused || code=$?
  cat refused >&2
  [ "$code" = "$expected" ] || fail "exit code $code, expected $expected: $*"
}

# says PATTERN: the last refuse printed a line that matches this extended regular expression.
says() { grep -Eq -- "$1" refused || fail "nothing on stderr matches: $1"; }

# not COMMAND...: fails when the command succeeds. (`! command` would not end a script.)
not() {
  if "$@"; then fail "succeeded: $*"; fi
}

fail() {
  echo "test: $*" >&2
  return 1
}

# skip WHY: this machine cannot run the test.
skip() {
  echo "$*" >&2
  exit 77
}

# only_here NAME...: the working directory (or, with -C DIR, another) holds exactly these names:
# nothing temporary was left, nothing is missing.
only_here() {
  local where=.
  if [ "${1:-}" = -C ]; then where=$2; shift 2; fi
  local there expected
  there=$(ls -A -- "$where" | grep -vx refused | sort) || there=
  expected=$([ $# = 0 ] || printf '%s\n' "$@" | sort)
  [ "$there" = "$expected" ] || fail "in $where lies: ${there//$'\n'/, } - expected: ${expected//$'\n'/, }"
}

# as_nobody COMMAND...: without root's rights, so that modes mean something. The command may only
# touch what nobody may touch.
as_nobody() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --no-new-privs -- "$@"
  else
    "$@"
  fi
}

# with_password TEXT: makes ./password with it (no end of line).
with_password() { (umask 077 && printf '%s' "$1" > password); }

# noise BYTES: bytes that do not compress, the same ones each time.
noise() {
  python3 -c '
import random, sys
rng, left = random.Random(7), int(sys.argv[1])
while left > 0:
    sys.stdout.buffer.write(rng.randbytes(min(left, 1 << 26)))
    left -= 1 << 26' "$1"
}

# text BYTES: lines that compress about as well as source code.
text() {
  python3 -c '
import random, sys
rng, size = random.Random(11), int(sys.argv[1])
words = [bytes(rng.choices(b"abcdefghijklmnopqrstuvwxyz_", k=rng.randint(2, 9))) for _ in range(3000)]
out = bytearray()
while len(out) < size:
    out += b" ".join(rng.choices(words, k=9)) + b";\n"
sys.stdout.buffer.write(out[:size])' "$1"
}

# odd_zip KIND OUT.zip: an archive no honest tool makes (make_zip.py has the kinds).
odd_zip() { python3 "$CLI_TESTS/make_zip.py" "$@"; }

# odd_frames KIND OUT: a .zst or .gz no honest tool makes (make_frames.py has the kinds).
odd_frames() { python3 "$CLI_TESTS/make_frames.py" "$@"; }

# bytes_read FILE COMMAND...: how many bytes the command reads of FILE.
bytes_read() {
  local file=$1
  shift
  # (LeakSanitizer cannot work under strace, so sanitizer builds leave it out here.)
  ASAN_OPTIONS=detect_leaks=0 strace -f -qq -P "$file" -e trace=read,pread64 -o reads "$@" > /dev/null
  awk '/= [0-9]+$/ { sum += $NF } END { print sum + 0 }' reads
}

# refuses_archive KIND PATTERN: unpack, and verify too, must end with exit code 5 and a message that
# matches PATTERN, and nothing may have been written.
refuses_archive() {
  odd_zip "$1" "$1.zip"
  refuse 5 penstock unpack "$1.zip" -C into
  says "$2"
  [ ! -e into ] || [ -z "$(ls -A into)" ] || fail "something of $1 was written: $(ls -A into)"
  refuse 5 penstock verify "$1.zip"
}

# stopped_at CALL[,CALL...]:when=N [-P FILE] COMMAND...: begins the command in the background under
# strace, and comes back when it was stopped (as by SIGSTOP) at the N-th of such system calls (of
# those on FILE) of one of its threads. Its stderr is kept in ./refused; $running is its process.
# (LeakSanitizer cannot work under strace, so sanitizer builds leave it out there.)
stopped_at() {
  local inject=$1 only=()
  shift
  if [ "$1" = -P ]; then only=(-P "$2"); shift 2; fi
  : > trace
  # A shell's background jobs ignore SIGINT, and penstock would too.
  env --default-signal ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o trace "${only[@]}" \
    -e "trace=${inject%%:*}" -e "inject=${inject/:/:signal=SIGSTOP:}" "$@" 2> refused &
  until grep -q 'stopped by SIGSTOP' trace; do kill -0 $! || fail "it ended too early: $(cat refused)"; done
  running=$(cat "/proc/$!/task/$!/children")
}

# ends_with CODE: what stopped_at began goes on, and must end with this exit code. Its stderr is
# shown.
ends_with() {
  local code=0
  # Another such call, or that of another thread, stops it again.
  while kill -0 $! 2> ignored; do kill -CONT $running 2> ignored || true; done
  wait $! || code=$?
  cat refused >&2
  [ $code = "$1" ] || fail "exit code $code, expected $1"
}

# interrupted SIGNAL COMMAND...: sends the signal when the command has begun to write its output, and
# stops it again at each write, so that most of it is to come when it has heeded the signal. Exit
# code 130 is expected.
interrupted() {
  local signal=$1
  shift
  stopped_at write,pwrite64:when=2+ "$@"
  kill "-$signal" $running
  ends_with 130
}

# with_s3 COMMAND...: runs it (a function too) while a real S3 server, Ceph RGW, answers on loopback, with
# an empty bucket named `bucket`; AWS_* reach it. Skips the test where Ceph is not installed.
with_s3() {
  local code=0
  export -f $(compgen -A function)
  "$CLI_TESTS/../servers/with_rgw" bash -euo pipefail -c 'make_bucket bucket; "$@"' with_s3 "$@" || code=$?
  [ $code != 77 ] || skip "no Ceph RGW on this machine: install radosgw, ceph-mon and ceph-osd"
  return $code
}

# s3 METHOD PATH [FILE]: one signed request to the server of with_s3 by another client (s3.py).
s3() { python3 "$CLI_TESTS/s3.py" "$@"; }
make_bucket() { s3 PUT "$1"; }

# requests_seen: how many requests the server of with_s3 has counted itself.
requests_seen() {
  ceph --admin-daemon "$RGW_DIRECTORY"/run/*rgw*.asok perf dump rgw |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["rgw"]["req"])'
}

# takes_requests MOST COMMAND...: the command must succeed, with at most so many requests to the
# server of with_s3.
takes_requests() {
  local before after
  before=$(requests_seen)
  "${@:2}"
  after=$(requests_seen)
  [ $((after - before)) -le "$1" ] || fail "$((after - before)) requests, expected at most $1: ${*:2}"
}

# fault_proxy --FAULT PERCENT...: within with_s3, stands between what follows and the server
# ($TOOLS/fault_proxy has the faults), until end_fault_proxy, which leaves ./faults: what it did, as
# JSON.
fault_proxy() {
  direct=$AWS_ENDPOINT_URL
  "$TOOLS/fault_proxy" --to "${direct#http://}" "$@" > proxy &
  proxy=$!
  trap 'kill $proxy 2> ignored || true' EXIT
  until [ -s proxy ]; do kill -0 $proxy || fail "no proxy"; done
  AWS_ENDPOINT_URL=http://127.0.0.1:$(cat proxy)
}
end_fault_proxy() {
  trap - EXIT
  kill $proxy
  wait $proxy
  sed -n 2p proxy > faults
  AWS_ENDPOINT_URL=$direct
}

# stored WHAT BUCKET...: what the server of with_s3 really holds, by a client that shares nothing with
# penstock (stored.py).
stored() { python3 "$CLI_TESTS/stored.py" "$@"; }

# holds_exactly DIR PREFIX: `bucket` holds each file of the tree once, byte for byte, as PREFIX/...,
# and nothing else; and no upload that was begun is left.
holds_exactly() {
  rm -rf got
  stored get bucket got
  diff -r "$1" "got/$2"
  diff <(cd "$1" && find . -type f | sed "s,^\.,$2," | sort) <(stored keys bucket | sort)
  [ -z "$(stored uploads bucket)" ] || fail "uploads are left: $(stored uploads bucket)"
}

# files_of_sizes DIR COUNT MOST: as many files of 0 to MOST bytes, in directories of 100; the same
# ones each time.
files_of_sizes() {
  python3 -c '
import os, random, sys
rng, where, count, most = random.Random(3), sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for n in range(count):
    directory = f"{where}/d{n // 100:03}"
    os.makedirs(directory, exist_ok=True)
    with open(f"{directory}/f{n % 100:02}", "wb") as file:
        file.write(rng.randbytes(rng.choice((0, 1, rng.randint(0, 5000), rng.randint(0, most)))))' "$@"
}

# guide NAME: docs/guides/NAME.md is true: its script runs against the server of with_s3, and the page shows
# just the script's commands.
guide() {
  local guides=$CLI_TESTS/../../docs/guides
  python3 "$CLI_TESTS/guide.py" "$guides/$1.md" "$guides/$1.sh"
  with_s3 bash -euo pipefail "$guides/$1.sh"
}
