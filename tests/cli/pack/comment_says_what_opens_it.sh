mkdir src
echo a > src/a
with_password p4ssw0rd
penstock pack src -o aes.zip --password-file password
penstock pack src -o plain.zip
python3 -c '
import zipfile
assert b"7-Zip" in zipfile.ZipFile("aes.zip").comment, zipfile.ZipFile("aes.zip").comment'
