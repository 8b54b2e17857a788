# One bit of every byte: either the archive is refused or what comes out is right.
mkdir src
echo 'some content' > src/a
head -c 300 /dev/zero > src/z
with_password secret
for archive in plain aes; do
  options=()
  [ $archive = plain ] || options=(--password-file password)
  penstock pack src -o $archive.zip "${options[@]}"
  rm -rf good && penstock unpack $archive.zip -C good "${options[@]}"
  size=$(stat -c %s $archive.zip)
  for ((at = 0; at < size; at += 3)); do
    python3 -c '
import sys
name, at = sys.argv[1], int(sys.argv[2])
data = bytearray(open(name, "rb").read())
data[at] ^= 1 << at % 8
open("flipped.zip", "wb").write(data)' $archive.zip $at
    rm -rf back
    code=0
    penstock unpack flipped.zip -C back "${options[@]}" > /dev/null 2>&1 || code=$?
    case $code in
      0) diff -r good back > /dev/null || [ "$(cat back/*/* back/* 2> /dev/null | sha1sum)" = \
           "$(cat good/*/* good/* 2> /dev/null | sha1sum)" ] || fail "byte $at of $archive.zip: silently wrong" ;;
      1 | 4 | 5) ;;
      *) fail "byte $at of $archive.zip: exit code $code" ;;
    esac
  done
done
