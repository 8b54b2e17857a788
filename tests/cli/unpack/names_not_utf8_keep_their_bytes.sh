mkdir src
name=$(printf 'caf\351')
echo a > "src/$name"
penstock pack src -o out.zip
penstock unpack out.zip -C back
cmp "src/$name" "back/src/$name"
