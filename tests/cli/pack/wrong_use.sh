mkdir src
refuse 2 penstock pack
refuse 2 penstock pack src
refuse 2 penstock pack src -o out.zip --level 0
says "'0' is no level: 1 .* 9 .*zstd 1 to 19; --codec store"
refuse 2 penstock pack src -o out.zip --level 12
says 'only --codec zstd has levels up to 19'
refuse 2 penstock pack src -o out.zip --level ten
refuse 2 penstock pack src -o out.zip --codec rar
refuse 2 penstock pack src -o out.zip --threads -1
refuse 2 penstock pack src -o out.zip --no-such-option
says 'no-such-option'
refuse 2 penstock pakc src -o out.zip
says 'pack'
only_here src
