# The server answers 503 to more than two requests at a time; every file arrives all the same.
python3 - << 'END'
import os
os.mkdir("tree")
for i in range(300):
    with open(f"tree/{i:03}", "wb") as file:
        file.write(b"%d" % i * 50)
END
busy() {
  penstock push tree s3://bucket/busy --retries 20 --retry-base 20ms
  penstock check tree s3://bucket/busy --workers 1
}
export RGW_CONFIG='rgw max concurrent requests = 2'
with_s3 busy
