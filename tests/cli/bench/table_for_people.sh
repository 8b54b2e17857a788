penstock bench --seconds 0.001 --threads 2 > table
head -n 1 table | grep -q ', 2 threads$' || fail 'the first line tells the threads'
for row in 'zlib 6, compress' 'huffman, compress' 'huffman, decompress' 'deflate 6, compress' 'zstd 3, decompress' \
  'AES-256-CTR + HMAC-SHA1' SHA-1 SHA-256 CRC-32 PBKDF2 copy; do
  grep -qF -- "$row" table || fail "no row $row"
done
# By definition.
grep -Eq '^codec +zlib 6, compress .* 1\.00$' table
