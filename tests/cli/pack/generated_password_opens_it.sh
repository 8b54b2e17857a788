mkdir src
echo a > src/a
penstock pack src -o out.zip --generate-password > shown 2> shown-too
cat shown-too >&2
penstock pack src -o out2.zip --generate-password 2> other
not cmp -s shown-too other
cat shown shown-too | tr -s ' \t' '\n\n' > candidates
while read -r candidate; do
  if [ ${#candidate} -ge 16 ] && 7zz t "-p$candidate" out.zip > /dev/null 2>&1; then found=yes; fi
done < candidates
[ "${found:-no}" = yes ]
