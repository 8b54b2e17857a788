odd_zip good in.zip
penstock unpack in.zip -C back --dry-run
only_here in.zip
