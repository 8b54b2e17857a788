# `compress --force *` among what an earlier run left.
text 1000 > a
penstock compress a -q
cp a.zst before
refuse 2 penstock compress --force --rm a a.zst
says 'a would replace a.zst, another input of this run'
refuse 2 penstock compress --force a.zst a
cmp a.zst before
refuse 2 penstock compress a ./a
says 'a is named twice'
refuse 2 penstock compress a a
says 'a is named twice'
only_here a a.zst before
# Standard input goes nowhere a file could be.
penstock compress --force a - -c < a | zstd -dcq | cmp - <(cat a a)
