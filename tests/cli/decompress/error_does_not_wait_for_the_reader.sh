# What is wrong is told although nobody takes what was made before it.
noise 3000000 > in
penstock compress in --codec gzip -q
second=$(penstock list in.gz --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["frames"][1]["offset"])')
printf 'X' | dd of=in.gz bs=1 seek="$second" conv=notrunc status=none
mkfifo pipe
exec 3<> pipe
refuse 5 timeout 60 penstock decompress in.gz -c > pipe
says "in.gz: "
