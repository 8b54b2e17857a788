make_tree src
penstock pack src -o out.zip
penstock list out.zip --json > list.json
python3 - << 'END'
import json, os
listed = json.load(open("list.json"))
there = 1 + sum(len(d) + len(f) for _, d, f in os.walk("src"))
assert len(listed["entries"]) == there, (len(listed["entries"]), there)
END
