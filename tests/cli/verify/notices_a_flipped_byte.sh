mkdir src
text 500000 > src/a
penstock pack src -o out.zip
penstock verify out.zip
printf '\377' | dd of=out.zip bs=1 seek=5000 conv=notrunc status=none
refuse 5 penstock verify out.zip
says 'src/a'
