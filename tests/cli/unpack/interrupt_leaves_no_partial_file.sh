text 200000000 > big
penstock pack big -o out.zip --level 1
mkdir back
python3 - << 'END'
import os, signal, subprocess, sys
unpack = subprocess.Popen(["penstock", "unpack", "out.zip", "-C", "back", "--progress", "json"],
                          stderr=subprocess.PIPE)
while b"{" not in unpack.stderr.readline():
    pass
unpack.send_signal(signal.SIGINT)
sys.stderr.buffer.write(unpack.stderr.read())
assert unpack.wait(timeout=20) == 130, unpack.returncode
assert os.listdir("back") == [], os.listdir("back")
END
