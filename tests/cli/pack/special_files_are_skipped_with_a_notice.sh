mkdir src
echo a > src/a
mkfifo src/pipe
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("src/socket")'
timeout 20 penstock pack src -o out.zip 2> notices
cat notices >&2
grep -q 'src/pipe' notices
grep -q 'src/socket' notices
penstock list out.zip --json > list
grep -q 'src/a' list
not grep -q pipe list
