refuses_archive link-and-below 'l'
# A link that was there before is not followed either.
mkdir outside target
ln -s ../outside target/d
odd_zip link-in in.zip
code=0
penstock unpack in.zip -C target --overwrite always || code=$?
[ $code != 0 ]
only_here -C outside
