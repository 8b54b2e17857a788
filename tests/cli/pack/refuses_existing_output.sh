mkdir src
echo a > src/a
echo precious > out.zip
refuse 2 penstock pack src -o out.zip
says 'out\.zip.*exists'
says '--force'
[ "$(cat out.zip)" = precious ]
penstock pack src -o out.zip --force
penstock verify out.zip
only_here src out.zip
