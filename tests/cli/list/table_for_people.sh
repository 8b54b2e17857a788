mkdir src
printf '%02000d' 0 > src/a
ln -s a src/link
touch -d '2022-02-03 04:05:06 UTC' src/a
penstock pack src -o out.zip
penstock list out.zip
