# SIGKILL at KILLS (60) moments drawn from SEED (1) of pushes with --bundle, of a tree that grows, changes
# and shrinks from one to the next: what readers see is always whole, and a run that is let live ends
# with just the tree.
# label: native
export KILLS=${KILLS:-60} SEED=${SEED:-1}

moment() {
  python3 -c '
import random, sys
rng = random.Random(sys.argv[1])
calls = "openat read pread64 sendto sendmsg recvfrom recvmsg write pwrite64 fsync close poll futex".split()
print(rng.choice(calls), int(3000 ** rng.random()))' "$SEED/$1"
}

# change N: the tree as the N-th run finds it.
change() {
  python3 -c '
import os, random, sys
n, rng = int(sys.argv[1]), random.Random(int(sys.argv[1]))
for i in range(40):
    directory = f"src/d{rng.randrange(10)}"
    os.makedirs(directory, exist_ok=True)
    open(f"{directory}/{rng.randrange(200):03}", "w").write(f"{n} {i} " * rng.randrange(1, 500))
for directory, _, files in os.walk("src"):
    for file in files:
        if rng.random() < 0.02: os.remove(os.path.join(directory, file))' "$1"
  cp -r --update=none src/. ever 2> ignored || cp -rn src/. ever
}

bundle_push() { penstock push src s3://bucket/p --bundle 256K --delete --delete-all "$@"; }

killed_push() {
  local call nth code=0
  read -r call nth <<< "$(moment "$1")"
  strace -f -qq -o trace -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$nth" \
    penstock push src s3://bucket/p --bundle 256K --delete --delete-all 2> said || code=$?
  case $code in
    137) echo "$call $nth" ;;
    0) ;;
    127) grep -q 'error while loading shared libraries' said || fail "run $1, $call $nth: exit code 127" ;;
    *) cat said >&2; fail "run $1, $call $nth: exit code $code" ;;
  esac
}

# All that can be seen can be pulled, whole; and what the last run that ended had, and this one has not
# touched, is there.
all_is_whole() {
  rm -rf seen
  # As long as no push has ended nothing has to be there.
  penstock pull s3://bucket/p seen --quiet || [ -z "$(ls -A before)" ]
  (cd before && find . -type f) | while read -r name; do
    [ -e "src/$name" ] && cmp -s "before/$name" "src/$name" || continue
    cmp "before/$name" "seen/$name"
  done
}

killed_again_and_again() {
  mkdir -p before ever src
  for ((n = 0; n < KILLS; n++)); do
    change $n
    killed_push $n >> kills
    all_is_whole
    if [ $((n % 10)) = 9 ]; then
      bundle_push --quiet
      rm -rf seen before
      penstock pull s3://bucket/p seen --quiet
      diff -r src seen
      cp -r src before
    fi
  done
  echo "$(wc -l < kills) of $KILLS runs were killed" >&2
  [ "$(wc -l < kills)" -ge $((KILLS / 4)) ] || { cat kills >&2; fail "hardly any run was killed"; }
  bundle_push
  penstock check src s3://bucket/p --checksum
  bundle_push --json > last
  [ "$(jq .files last)" = 0 ] || fail "$(cat last)"
}
with_s3 killed_again_and_again
