# The first line counts, without its end.
mkdir src
echo a > src/a
printf 'line one\nline two\n' > password
penstock pack src -o out.zip --password-file password
7zz t '-pline one' out.zip > /dev/null
: > empty
refuse 2 penstock pack src -o other.zip --password-file empty
refuse 3 penstock pack src -o other.zip --password-file nowhere
only_here src password empty out.zip
