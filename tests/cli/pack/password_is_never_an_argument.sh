mkdir src
touch src/a
refuse 2 penstock pack src -o out.zip --password p4ssw0rd
not grep -q p4ssw0rd refused
only_here src
