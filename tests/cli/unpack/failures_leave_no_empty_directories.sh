# A big entry without entries for its directories: they go again when it cannot be unpacked.
noise 3000000 > big
python3 -c '
import zipfile
with zipfile.ZipFile("out.zip", "w") as out:
    out.write("big", "d/e/big")'
chmod 777 .
mkdir -m 777 back
touch back/mine
for threads in 1 2; do
  trap '' XFSZ
  (ulimit -f 1024 && refuse 1 penstock unpack out.zip -C back --threads $threads)
  says 'too large'
  only_here -C back mine
  # The first directory is made, and may then not be written to.
  (umask 300 && refuse 1 as_nobody penstock unpack out.zip -C back --threads $threads)
  says 'ermission denied|not permitted'
  only_here -C back mine
done
