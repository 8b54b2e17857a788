# verify makes no links, so it tells about them and checks the rest.
for kind in link-absolute link-out link-huge; do
  odd_zip $kind $kind.zip
  refuse 5 penstock unpack $kind.zip -C into
  says 'link'
  [ ! -e into ] || [ -z "$(ls -A into)" ]
done
penstock verify link-absolute.zip 2> said
grep -q 'link' said
penstock verify link-out.zip 2> said
grep -q 'd/link' said
odd_zip link-in in.zip
penstock unpack in.zip -C back
[ "$(readlink back/d/link)" = ../before ]
