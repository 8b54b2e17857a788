for kind in good prefix comment descriptor zstd zip64; do
  odd_zip $kind $kind.zip
  penstock unpack $kind.zip -C $kind
  python3 -c 'import sys; assert len(open(sys.argv[1], "rb").read()) > 5' $kind/file*
done
# A prefix put in front later, offsets as they were.
{ printf '#!/bin/sh\nexit\n'; cat good.zip; } > shifted.zip
penstock unpack shifted.zip -C shifted
same_tree good shifted
