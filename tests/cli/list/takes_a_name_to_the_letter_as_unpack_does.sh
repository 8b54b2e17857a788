mkdir -p src 'src/[ab]'
echo x > 'src/[1].txt'
echo y > 'src/[ab]/c'
echo z > src/1.txt
penstock pack src -o out.zip
for pattern in 'src/[1].txt' 'src/[ab]' 'src/[ab]/'; do
  rm -rf back
  penstock unpack out.zip -C back "$pattern"
  (cd back && find src -type f) > unpacked
  penstock list out.zip -0 "$pattern" | tr '\0' '\n' | grep -v '/$' > listed
  [ -s listed ]
  diff <(sort unpacked) <(sort listed)
done
