text 1000000 > big
penstock pack big -o out.zip --progress json 2> lines
python3 - << 'END'
import json
lines = [json.loads(line) for line in open("lines") if line.startswith("{")]
assert lines, open("lines").read()
END
