# Through a network that cuts, delays, flips bits and loses answers, to a server that refuses a third
# of all and lies about time and success: every file arrives, once, as it is. FILES (2000) of them, by SEED (1).
# label: native
push_until_done() {
  local run code
  for run in 1 2 3; do
    code=0
    penstock push src s3://bucket/p --part-size 5M --multipart-above 5M --retries 8 2> said || code=$?
    echo "run $run: exit code $code, $(grep -c '^penstock: ' said || true) lines" >&2
    [ $code != 0 ] || return 0
    [ $code = 1 ] || { cat said >&2; fail "exit code $code"; }
  done
  tail -n 20 said >&2
  fail "not everything has arrived"
}

# Every kind of fault was met, but the flipped answers, which a push may not ask for.
all_were_met() {
  cat faults >&2
  python3 -c '
import json
faults = json.load(open("faults"))["faults"]
unmet = [name for name, count in faults.items() if count == 0 and name != "flip-answer"]
assert not unmet, unmet'
}

under_faults() {
  fault_proxy --seed "${SEED:-1}" --slow-down 30 --cut-request 2 --cut-answer 2 --delay 3 --flip-request 2 \
    --flip-answer 2 --error-in-200 30 --wrong-date 1 --close 3
  push_until_done
  end_fault_proxy
  all_were_met
  # An upload whose first answer was lost is known to nobody but the server: this run ends it.
  penstock push src s3://bucket/p --clean
  holds_exactly src p
}

files_of_sizes src "${FILES:-2000}" 300000
for size in 6 17 33; do noise $((size << 20)) > src/large$size; done
with_s3 under_faults
