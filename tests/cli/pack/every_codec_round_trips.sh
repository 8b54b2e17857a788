make_tree src
with_password 'correct horse'
for codec in store deflate huffman zstd; do
  penstock pack src -o $codec.zip --codec $codec
  penstock unpack $codec.zip -C $codec
  same_tree src $codec/src
  penstock pack src -o $codec-aes.zip --codec $codec --password-file password
  penstock unpack $codec-aes.zip -C $codec-aes --password-file password
  same_tree src $codec-aes/src
done
