# SIGKILL at KILLS (100) moments drawn from SEED (1): at the n-th system call of a kind, of runs that send
# a tree which has grown since the one before. What is there is whole, and a run that is let live ends
# with each file there once.
# label: native
export KILLS=${KILLS:-100} SEED=${SEED:-1}

# moment N: a call and how many of them the N-th run may make, often few.
moment() {
  python3 -c '
import random, sys
rng = random.Random(sys.argv[1])
calls = "openat read pread64 sendto sendmsg recvfrom recvmsg write pwrite64 fsync fdatasync close poll futex".split()
print(rng.choice(calls), int(300 ** rng.random()))' "$SEED/$1"
}

# grow N: the files that the N-th run finds new.
grow() {
  local files
  files=$(wc -l < order)
  sed -n "$((1 + $1 * files / KILLS)),$((($1 + 1) * files / KILLS))p" order | while read -r file; do
    mkdir -p "src/${file%/*}"
    cp "all/$file" "src/$file"
  done
}

# killed_push N: whether the N-th run was killed; it says at which call.
killed_push() {
  local call nth code=0
  read -r call nth <<< "$(moment "$1")"
  strace -f -qq -o trace -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$nth" \
    penstock push src s3://bucket/p --part-size 5M --multipart-above 5M 2> said || code=$?
  case $code in
    137) echo "$call $nth" ;;
    0) ;;
    127) grep -q 'error while loading shared libraries' said || fail "run $1, $call $nth: exit code 127" ;;
    *) cat said >&2; fail "run $1, $call $nth: exit code $code" ;;
  esac
}

# Nothing that a killed run has made is half.
all_is_whole() {
  stored get bucket half
  (cd half/p && find . -type f) | while read -r name; do cmp "half/p/$name" "src/$name"; done
}

killed_again_and_again() {
  for ((n = 0; n < KILLS; n++)); do
    grow $n
    killed_push $n >> kills
  done
  echo "$(wc -l < kills) of $KILLS runs were killed" >&2
  [ "$(wc -l < kills)" -ge $((KILLS / 4)) ] || { cat kills >&2; fail "hardly any run was killed"; }
  all_is_whole
  # An upload whose begin the server has done, but nobody has written down, is ended by this.
  penstock push src s3://bucket/p --part-size 5M --multipart-above 5M --clean
  diff -r all src
  holds_exactly src p
}

files_of_sizes all 1000 60000
for n in 1 2 3; do noise $((18 << 20)) > all/large$n; done
(cd all && find . -type f) | sort -R --random-source=<(yes "$SEED") > order
with_s3 killed_again_and_again
