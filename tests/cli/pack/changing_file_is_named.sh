# A file that grows all the time while it is read is never packed as a silent mix.
mkdir src
echo calm > src/calm
python3 -c '
import os
with open("src/busy", "ab", buffering=0) as f:
    f.write(bytes(64 << 20))
    print("ready", flush=True)
    while os.getppid() != 1 and not os.path.exists("stop"):
        f.write(b"x")' > ready &
writer=$!
until grep -q ready ready; do :; done
refuse 1 penstock pack src -o out.zip
touch stop
wait $writer
says 'src/busy.*chang'
penstock unpack out.zip -C back
cmp src/calm back/src/calm
[ ! -e back/src/busy ]
