mkdir -p src/docs src/code
echo 1 > src/docs/a.md
echo 2 > src/code/b.c
echo 3 > src/code/c.md
penstock pack src -o out.zip
penstock unpack out.zip -C one '*.md'
[ -e one/src/docs/a.md ]
[ -e one/src/code/c.md ]
[ ! -e one/src/code/b.c ]
penstock unpack out.zip -C two 'src/code'
only_here -C two/src code
only_here -C two/src/code b.c c.md
refuse 3 penstock unpack out.zip -C three 'no-such-*'
says 'no-such'
# So are includes that match nothing; what --exclude takes away from them is no mistake.
refuse 3 penstock unpack out.zip -C three --include '*.none'
says 'nothing in the archive matches --include "\*\.none"'
refuse 3 penstock verify out.zip --include '*.none' --include '*.no'
says 'or the others'
[ ! -e three ]
penstock unpack out.zip -C four --include '*.none' --include '*.c'
[ -e four/src/code/b.c ]
penstock verify out.zip --include '*.c' --exclude '*.c'
