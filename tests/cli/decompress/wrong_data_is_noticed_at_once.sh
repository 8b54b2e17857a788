# Four bytes are enough to know, while the pipe stays open.
mkfifo pipe
exec 3<> pipe
printf 'PK\3\4' >&3
refuse 5 timeout 60 penstock decompress - -o out < pipe
says 'standard input is neither gzip nor zstd data'
# Damage in the first member, too, is told when it is there.
printf '\37\213\7' >&3
printf '%600s' '' >&3
refuse 5 timeout 60 penstock decompress - -o out < pipe
only_here pipe
