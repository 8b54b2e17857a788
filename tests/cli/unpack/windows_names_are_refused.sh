refuses_archive drive 'C:'
refuses_archive backslash-traversal 'evil'
refuses_archive mixed-traversal 'evil'
# A backslash alone is a byte of a name like any other.
mkdir src
echo text > 'src/a\b'
penstock pack src -o out.zip
penstock unpack out.zip -C back
cmp 'src/a\b' 'back/src/a\b'
