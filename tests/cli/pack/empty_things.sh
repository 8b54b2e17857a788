mkdir -p empty
: > nothing
penstock pack empty nothing -o out.zip
penstock unpack out.zip -C back
only_here -C back empty nothing
[ -d back/empty ]
[ ! -s back/nothing ]
