refuses_archive link-absolute 'link'
refuses_archive link-out 'd/link'
refuses_archive link-huge 'link'
odd_zip link-in in.zip
penstock unpack in.zip -C back
[ "$(readlink back/d/link)" = ../before ]
