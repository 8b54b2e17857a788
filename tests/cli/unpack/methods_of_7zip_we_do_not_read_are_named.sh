text 100000 > file
for method in BZip2 LZMA PPMd Deflate64; do
  7zz a -tzip -mm=$method $method.zip file > /dev/null
  refuse 5 penstock unpack $method.zip -C into
  says "(?i)$method" || grep -qi "$method" refused
done
7zz a -tzip -mem=ZipCrypto -psecret crypto.zip file > /dev/null
with_password secret
refuse 5 penstock unpack crypto.zip -C into --password-file password
says ZipCrypto
[ ! -e into ] || only_here -C into
