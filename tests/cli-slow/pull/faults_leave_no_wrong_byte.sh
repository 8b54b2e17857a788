# Through a network that cuts, delays, flips bits and loses answers, from a server that refuses a third of all and lies
# about the time: every file comes, as it is, and none that is half or wrong has its name at any time. FILES (2000) of
# them, by SEED (1).
# label: native
# Each file is the one it should be, or not there.
all_is_whole() {
  local wrong
  wrong=$(diff -rq --exclude='.penstock-*' src back | grep -v '^Only in src' || true)
  [ -z "$wrong" ] || fail "$wrong"
}

pull_until_done() {
  local run code
  for run in 1 2 3 4 5 6 7 8; do
    code=0
    penstock pull s3://bucket/p back --part-size 5M --ranges-above 8M --retries 8 2> said || code=$?
    echo "run $run: exit code $code, $(grep -c '^penstock: ' said || true) lines" >&2
    all_is_whole
    [ $code != 0 ] || return 0
    [ $code = 1 ] || { cat said >&2; fail "exit code $code"; }
  done
  tail -n 20 said >&2
  fail "not everything has arrived"
}

all_were_met() {
  cat faults >&2
  python3 -c '
import json
faults = json.load(open("faults"))["faults"]
unmet = [name for name in "cut-request cut-answer delay slow-down flip-answer wrong-date close".split() if faults[name] == 0]
assert not unmet, unmet'
}

under_faults() {
  penstock push src s3://bucket/p --part-size 5M --multipart-above 5M --quiet
  fault_proxy --seed "${SEED:-1}" --slow-down 30 --cut-request 2 --cut-answer 2 --delay 3 --flip-answer 3 \
    --wrong-date 1 --close 3
  pull_until_done
  end_fault_proxy
  all_were_met
  diff -r src back
}

files_of_sizes src "${FILES:-2000}" 300000
for size in 6 17 33; do noise $((size << 20)) > src/large$size; done
with_s3 under_faults
