# The second run sends nothing, the third what changed; what is there is found equal.
make_tree tree
penstock push tree there --quiet
penstock push tree there 2> second
grep -q '^pushed 0 files (0 B) to there' second || fail "$(cat second)"
echo changed > tree/changed
penstock push tree there 2> third
grep -q '^pushed 1 file (8 B) to there' third || fail "$(cat third)"
penstock check tree there --checksum
