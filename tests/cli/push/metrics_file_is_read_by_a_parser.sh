# --metrics-file: what was done, in the text format of Prometheus; no name, place or secret is in it.
mkdir tree
for i in $(seq 20); do echo $i > tree/secretname$i; done
cat > parse.py << 'END'
import re
import sys

samples, types = {}, {}
for line in open(sys.argv[1]):
    if line.startswith("# TYPE "):
        _, _, name, kind = line.split()
        types[name] = kind
    elif not line.startswith("# HELP "):
        name, labels, value = re.fullmatch(r'(penstock_\w+)\{((?:\w+="[^"]*",?)*)\} (\S+)\n', line).groups()
        family = name if name in types else re.sub("_(bucket|sum|count)$", "", name)
        assert types[family] in ("counter", "gauge", "histogram"), line
        assert (types[family] == "counter") == family.endswith("_total"), line
        assert (name, labels) not in samples, line
        samples[name, labels] = float(value)
print(int(samples["penstock_" + sys.argv[2], f'operation="{sys.argv[3]}"']))
END
value() { python3 parse.py metrics "$@"; }
measured() {
  penstock push tree s3://bucket/p --metrics-file metrics --quiet
  [ "$(value files_transferred_total push)" = 20 ] || fail "$(cat metrics)"
  [ "$(value running push)$(value success push)" = 01 ] || fail "$(cat metrics)"
  [ "$(value requests_total push)" = 21 ] || fail "$(cat metrics)"
  [ "$(value request_duration_seconds_count push)" = 21 ] || fail "$(cat metrics)"
  [ "$(stat -c %a metrics)" = 644 ] || fail "a collector could not read it"
  not grep -Eq "secretname|bucket|$AWS_ACCESS_KEY_ID|$AWS_SECRET_ACCESS_KEY" <(sed 's/_bucket{/{/' metrics)
  penstock push tree s3://bucket/p --metrics-file metrics --quiet
  [ "$(value files_unchanged_total push)" = 20 ] || fail "$(cat metrics)"
  penstock pull s3://bucket/p back --metrics-file metrics --quiet
  [ "$(value files_transferred_total pull)" = 20 ] || fail "$(cat metrics)"
  penstock copy s3://bucket/p s3://bucket/q --metrics-file metrics --quiet
  [ "$(value files_transferred_total copy)" = 20 ] || fail "$(cat metrics)"
  refuse 3 penstock push tree s3://nosuchbucket --metrics-file metrics
  [ "$(value running push)$(value success push)" = 00 ] || fail "$(cat metrics)"
  refuse 3 penstock push tree s3://bucket/p --metrics-file missing/metrics
  says 'metrics-file'
  only_here metrics parse.py tree back
}
with_s3 measured
