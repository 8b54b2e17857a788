# label: native
truncate -s 5G huge
printf 'in the middle' | dd of=huge bs=1M seek=4500 conv=notrunc status=none
echo small > small
with_password secret
penstock pack huge small -o out.zip --password-file password
penstock verify out.zip --password-file password
penstock unpack out.zip -C back --password-file password --max-output 10G
cmp huge back/huge
cmp small back/small
7zz t -psecret out.zip > /dev/null
bsdtar -tvf out.zip | grep -q 5368709120
penstock pack huge small -o stored.zip --codec store
python3 - << 'END'
import zipfile
entries = {i.filename: i for i in zipfile.ZipFile("stored.zip").infolist()}
assert entries["huge"].file_size == entries["huge"].compress_size == 5 << 30
END
