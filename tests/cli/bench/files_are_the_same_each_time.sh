penstock bench files 1005 --size 10..3000 one 2> told
grep -q '^made 1,005 files (.*) in one$' told
penstock bench files 1005 --size 10..3000 two/deep --json > report.json
diff -r one two/deep
find one -printf '%P %T@\n' | sort > a
find two/deep -printf '%P %T@\n' | sort > b
grep -v '^ ' a > a.inside
grep -v '^ ' b > b.inside
cmp a.inside b.inside
[ "$(find one -type f | wc -l)" = 1005 ]
[ "$(find one -mindepth 1 -type d | wc -l)" = 2 ]
[ -z "$(find one -type f \( -size -10c -o -size +3000c \))" ] || fail 'a size out of bounds'
python3 - << 'END'
import json, os
report = json.load(open("report.json"))
sizes = [os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk("one") for name in names]
assert report["files"] == len(sizes) and report["bytes"] == sum(sizes), report
assert report["directory"] == "two/deep", report
END
# A file of more than one part.
penstock bench files 1 --size 2500000 big
[ "$(stat -c %s big/d00000/f00000000)" = 2500000 ]
# What it makes is worth packing.
penstock pack one -o one.zip --quiet
penstock verify one.zip --quiet
