# As zstd and gzip do: --force replaces a link to a file, and leaves alone what it leads to.
text 1000 > in
echo precious > target
ln -s target link
refuse 2 penstock compress in -o link
says 'link: already exists; --force replaces it'
penstock compress in -o link --force -q
[ ! -L link ]
zstd -dcq link | cmp - in
[ "$(cat target)" = precious ]
ln -s gone dangling
refuse 2 penstock compress in -o dangling
penstock compress in -o dangling --force -q
cmp link dangling
[ ! -e gone ]
# A link to a directory, or to whatever file is open, is more than its name.
mkdir directory
ln -s directory into
ln -s /proc/self/fd/2 errors
ln -s link again
for out in into errors; do
  refuse 2 penstock compress in -o $out --force
  says "replace $out: is a link to"
  [ -L $out ]
done
penstock compress in -o again --force -q
if mknod disk b 7 255 2> ignored; then
  refuse 2 penstock compress in -o disk
  says 'replace disk: is not a regular file'
  refuse 2 penstock compress in -o disk --force
fi
