odd_zip escape-name in.zip
penstock list in.zip > table || true
not grep -q "$(printf '\033')" table
not grep -q "$(printf '\007')" table
cat table
