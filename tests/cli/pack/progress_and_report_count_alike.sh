# "files" is the same number in the last line of progress, in the report and in the summary, also
# where there are directories and links, and where files are kept.
mkdir -p src/deep/empty
for i in 1 2 3 4 5; do text "$((i * 1000))" > "src/deep/$i"; done
text 3000000 > src/big
ln -s big src/link
ln -s deep src/other

# alike FILES COMMAND...
alike() {
  local files=$1
  shift
  "$@" --progress json --json > report 2> lines
  grep -Eq "(pack|packed|OK:) $files files?" lines || fail "the summary: $(cat lines)"
  python3 - "$files" << 'END'
import json, sys
last = [json.loads(line) for line in open("lines") if line.startswith("{")][-1]
report = json.load(open("report"))
assert last["files"] == report["files"] == int(sys.argv[1]), (last, report)
assert not last["totals_final"] or last["files_total"] == 6, (last, report)
if report["skipped"] == 0:
    contents = report["bytes_in" if report["operation"] == "pack" else "bytes_out"]
    assert last["bytes"] == contents, (last, report)
    assert not last["totals_final"] or last["bytes_total"] == contents, (last, report)
END
}
alike 6 penstock pack src -o out.zip
alike 6 penstock pack src --dry-run
alike 6 penstock unpack out.zip -C back --dry-run
alike 6 penstock unpack out.zip -C back
alike 6 penstock verify out.zip
rm back/src/big
alike 1 penstock unpack out.zip -C back --overwrite never
