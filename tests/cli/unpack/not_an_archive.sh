text 5000 > text
refuse 5 penstock unpack text -C into
says 'text.*not a ZIP'
: > nothing
refuse 5 penstock unpack nothing -C into
refuse 3 penstock unpack nowhere -C into
mkdir directory
refuse 2 penstock unpack directory -C into
[ ! -e into ] || only_here -C into
