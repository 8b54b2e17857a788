odd_zip link-absolute in.zip
penstock unpack in.zip -C back --links skip
only_here -C back before then
