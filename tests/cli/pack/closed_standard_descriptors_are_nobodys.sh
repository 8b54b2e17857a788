# Who starts us with closed descriptors must not make us write messages into our own files.
echo content > file
penstock pack file -o 0.zip <&-
penstock pack file -o 2.zip 2>&-
refuse 1 penstock list 0.zip >&-
for n in 0 2; do penstock verify $n.zip --quiet; done

# The same for a list on standard input that ended before we began.
mkfifo list
(echo file > list) &
penstock pack --files-from - -o listed.zip < list
wait $!
penstock list listed.zip | grep -q file
