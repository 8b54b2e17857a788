# Written to a file system of its own directory, stopped in the middle of the work.
mkdir out
for n in 1 2 3 4; do text 30000000 > big$n; done
python3 - << 'END'
import os, signal, subprocess, sys
pack = subprocess.Popen(["penstock", "pack", "big1", "big2", "big3", "big4", "-o", "out/out.zip",
                         "--level", "9", "--progress", "json"], stderr=subprocess.PIPE)
while b"{" not in pack.stderr.readline():  # the first sign of progress
    pass
pack.send_signal(signal.SIGINT)
sys.stderr.buffer.write(pack.stderr.read())
assert pack.wait(timeout=20) == 130, pack.returncode
assert os.listdir("out") == [], os.listdir("out")
END
