mkdir src
echo a > src/a
PENSTOCK_PASSWORD='from outside' penstock pack src -o out.zip
7zz t '-pfrom outside' out.zip > /dev/null
PENSTOCK_PASSWORD='from outside' penstock unpack out.zip -C back
cmp src/a back/src/a
