mkdir -p src out
echo a > src/a
penstock pack src -o out/
penstock pack src/ -o out/ --force
penstock verify out/src.zip
only_here -C out src.zip
