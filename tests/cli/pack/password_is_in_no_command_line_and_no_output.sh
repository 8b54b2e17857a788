mkdir src
text 20000000 > src/text
with_password can4ry-can4ry
mkfifo pipe
penstock pack src -o - --password-file password --stats --verbose > pipe 2> said &
exec 3< pipe
head -c 100000 <&3 > /dev/null # it runs, and waits for us
not grep -aq can4ry "/proc/$!/cmdline"
cat <&3 > rest
wait $!
not grep -aq can4ry said rest
