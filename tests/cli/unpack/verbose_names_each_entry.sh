# Once each, quoted as by list, and not without being asked.
mkdir -p src/sub
echo a > src/a
echo b > src/sub/b
text 2000000 > src/sub/big
ln -s a src/link
echo c > "$(printf 'src/bad\033[2J')"
cat > expected << 'END'
"src/bad\x1b[2J"
src/
src/a
src/link
src/sub/
src/sub/b
src/sub/big
END
named() { sed -n "s/^penstock: $1: \(\"\?src\/.*\)$/\1/p" words | sort > named; cmp expected named; }
penstock pack src -o out.zip -v 2> words
named pack
penstock unpack out.zip -C back --verbose 2> words
named unpack
penstock verify out.zip -v 2> words
named verify
penstock pack src --dry-run -v 2> words
named pack
penstock unpack out.zip -C quiet 2> words
not grep -q 'src/' words
sed -n '/sub/s,src/,,p' expected > shorter
penstock unpack out.zip -C part --strip 1 -v src/sub 2> words
sed -n 's/^penstock: unpack: \(sub\/.*\)$/\1/p' words | sort | cmp shorter
