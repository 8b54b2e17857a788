# Seen in the headers: nothing is written at all.
refuses_archive packed-large 'file'
refuses_archive store-sizes 'file'
refuses_archive directory-content 'd/'
# Seen only when the contents are decoded: the file does not appear.
for kind in size-small size-large size-huge trailing-in-entry; do
  odd_zip $kind in.zip
  refuse 5 penstock unpack in.zip -C $kind
  says 'file'
  [ ! -e $kind/file ]
  refuse 5 penstock verify in.zip
done
