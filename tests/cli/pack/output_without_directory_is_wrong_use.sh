mkdir src
echo x > src/a
: > empty
echo x > afile
for output in missing/x.zip empty/x.zip afile/x.zip; do
  refuse 2 penstock pack src -o $output
  says 'make the directory first'
done
penstock pack src -o out.zip
for into in empty afile afile/below; do
  refuse 2 penstock unpack out.zip -C $into
  says 'make the directory first'
done
only_here src empty afile out.zip
