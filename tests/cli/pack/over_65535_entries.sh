# ZIP64 where needed: the end record's 16-bit count does not hold them.
mkdir src
(cd src && seq -f 'n%.0f' 1 70000 | xargs touch -d '2020-01-01 UTC')
penstock pack src -o out.zip
penstock list out.zip --json > list.json
python3 - << 'END'
import json, zipfile
assert len(zipfile.ZipFile("out.zip").namelist()) == 70001
listed = json.load(open("list.json"))
assert len(listed["entries"]) == 70001, len(listed["entries"])
END
bsdtar -tf out.zip | wc -l | grep -qx 70001
