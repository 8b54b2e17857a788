text 30000000 > big
penstock pack big -o out.zip --level 1
mkdir back
interrupted INT penstock unpack out.zip -C back
only_here -C back
