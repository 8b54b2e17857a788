text 3000000 > in
penstock compress in --codec gzip -q
second=$(penstock list in.gz --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["frames"][1]["offset"])')
third=$(penstock list in.gz --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["frames"][2]["offset"])')
damage() {  # OFFSET BYTE...: in a copy
  cp in.gz bad.gz
  printf "$2" | dd of=bad.gz bs=1 seek="$1" conv=notrunc status=none
}
damage $((third - 8)) 'CCCC'
refuse 5 penstock decompress bad.gz
says "^penstock: decompress: bad.gz: the gzip member at byte $second: .*CRC"
damage $((third - 4)) 'LLLL'
refuse 5 penstock decompress bad.gz
says "bad.gz: the gzip member at byte $second: it holds 1048576 bytes, but its trailer says"
refuse 5 penstock decompress bad.gz --test
not test -e bad
