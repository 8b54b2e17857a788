mkdir d
ln -s /etc/passwd d/absolute
text 1000 > d/a
penstock pack d -o d.zip --quiet
penstock verify d.zip 2> said
cat said >&2
grep -q 'd/absolute' said
