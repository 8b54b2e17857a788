make_tree src
with_password secret
text 9000000 > src/large
for options in '' '--aes 128' '--level 1' '--level 9' '--codec store' '--codec huffman' '--codec zstd'; do
  rm -rf back out.zip
  # shellcheck disable=SC2086 # options are words
  penstock pack src -o out.zip --password-file password $options
  7zz x -snld -psecret out.zip -oback > log || fail "7zz: $options: $(cat log)"
  same_tree src back/src
done
