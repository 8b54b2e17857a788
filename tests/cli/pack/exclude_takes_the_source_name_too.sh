mkdir -p top/sub top/other
text 1000 > top/sub/a
text 1000 > top/other/a
penstock pack top -o with.zip --exclude top/sub --quiet
penstock pack top -o without.zip --exclude sub/ --quiet
for archive in with without; do
  penstock list $archive.zip > listed
  not grep -q 'top/sub' listed
  grep -q 'top/other/a' listed
done
