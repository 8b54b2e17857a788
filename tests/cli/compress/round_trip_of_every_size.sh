# Around the sizes at which gzip's members (1 MiB) and zstd's frames (4 MiB) are cut.
text 9000001 > all
for codec in zstd gzip huffman; do
  open="gzip -dc"
  [ $codec != zstd ] || open="zstd -dcq"
  for size in 0 1 2 1048575 1048576 1048577 4194303 4194304 4194305 9000001; do
    head -c $size all > in
    penstock compress in -o out --codec $codec -q
    $open < out | cmp - in
    penstock decompress out -o back -q
    cmp back in
    cat in | penstock compress - --codec $codec -q | cmp - out
    cat out | penstock decompress - -q | cmp - in
    rm out back
  done
done
