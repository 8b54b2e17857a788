"""One signed request to the S3 server that AWS_* name, for the CLI tests: another client than ours.

    s3.py METHOD PATH [FILE]     the body from FILE; the answer's body goes to standard output

PATH is "bucket/key?query", percent-encoded, and sent as it is (http.client changes nothing). Exit code 22 for
an answer that is not 2xx, whose body goes to standard error. Signature: AWS Signature Version 4.
"""
import datetime
import hashlib
import hmac
import http.client
import os
import sys
from urllib.parse import urlsplit


def keyed(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signed_headers(method, host, path, query, body):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    region = os.environ["AWS_REGION"]
    scope = f"{now[:8]}/{region}/s3/aws4_request"
    headers = {"host": host, "x-amz-content-sha256": hashlib.sha256(body).hexdigest(), "x-amz-date": now}
    names = ";".join(headers)
    canonical = "\n".join([method, path, query, *(f"{name}:{value}" for name, value in headers.items()), "",
                           names, headers["x-amz-content-sha256"]])
    to_sign = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = keyed(keyed(keyed(keyed(b"AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"].encode(), now[:8]), region),
                      "s3"), "aws4_request")
    headers["authorization"] = (f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope},"
                                f"SignedHeaders={names},Signature={keyed(key, to_sign).hex()}")
    return headers


def request(method, target, body=b""):
    """Status and body of the answer."""
    host = urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc
    path, _, query = ("/" + target).partition("?")
    # A parameter without a value is signed with an empty one.
    query = "&".join(sorted(part if "=" in part else part + "=" for part in query.split("&") if part))
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request(method, f"{path}?{query}" if query else path, body,
                       signed_headers(method, host, path, query, body))
    answer = connection.getresponse()
    return answer.status, answer.read()


def main(method, target, file=None):
    status, body = request(method, target, open(file, "rb").read() if file else b"")
    good = 200 <= status < 300
    (sys.stdout if good else sys.stderr).buffer.write(body)
    if not good:
        sys.exit(22)


if __name__ == "__main__":
    main(*sys.argv[1:])
