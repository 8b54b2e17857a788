odd_zip empty in.zip
penstock unpack in.zip -C back
penstock verify in.zip
penstock list in.zip
[ ! -e back ] || only_here -C back
