# SIGKILL at KILLS (100) moments drawn from SEED (1): at the n-th system call of a kind, of pulls of a tree of which a
# part is missing. What has its name is whole after each of them, and a run that is let live brings the rest and
# leaves nothing hidden.
# label: native
export KILLS=${KILLS:-100} SEED=${SEED:-1}

# moment N: a call and how many of them the N-th run may make, often few.
moment() {
  python3 -c '
import random, sys
rng = random.Random(sys.argv[1])
calls = """openat read sendto sendmsg recvfrom recvmsg write pwrite64 fsync fdatasync fallocate ftruncate renameat
renameat2 linkat unlinkat utimensat fchmod fsetxattr close poll futex""".split()
print(rng.choice(calls), int(300 ** rng.random()))' "$SEED/$1"
}

all_is_whole() {
  local wrong
  [ -d back ] || return 0
  wrong=$(diff -rq --exclude='.penstock-*' src back | grep -v '^Only in src' || true)
  [ -z "$wrong" ] || fail "after run $1: $wrong"
}

# forget N: a seventh of the files, and now and then a large one, is to be pulled again.
forget() {
  [ ! -d back ] || (cd back && find . -type f ! -name '.*' | sort | awk -v "n=$1" 'NR % 7 == n % 7' | xargs -r rm)
}

# killed_pull N: says at which call the N-th run was killed, if it was.
killed_pull() {
  local call nth code=0
  read -r call nth <<< "$(moment "$1")"
  strace -f -qq -o trace -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$nth" \
    penstock pull s3://bucket/p back --part-size 2M --ranges-above 4M 2> said || code=$?
  case $code in
    137) echo "$call $nth" ;;
    0) ;;
    127) grep -q 'error while loading shared libraries' said || fail "run $1, $call $nth: exit code 127" ;;
    *) cat said >&2; fail "run $1, $call $nth: exit code $code" ;;
  esac
}

killed_again_and_again() {
  penstock push src s3://bucket/p --part-size 5M --multipart-above 5M --quiet
  for ((n = 0; n < KILLS; n++)); do
    forget $n
    killed_pull $n >> kills
    all_is_whole $n
  done
  echo "$(wc -l < kills) of $KILLS runs were killed" >&2
  [ "$(wc -l < kills)" -ge $((KILLS / 4)) ] || { cat kills >&2; fail "hardly any run was killed"; }
  penstock pull s3://bucket/p back --part-size 2M --ranges-above 4M
  diff -r src back
}

files_of_sizes src 200 60000
for n in 1 2 3; do noise $((18 << 20)) > src/large$n; done
with_s3 killed_again_and_again
