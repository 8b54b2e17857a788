#!/usr/bin/env python3
"""What an S3 server really holds, by a client that shares nothing with penstock.

    stored.py keys BUCKET           all keys, a line each
    stored.py get BUCKET DIRECTORY  all objects, as files below the directory
    stored.py uploads BUCKET        the multipart uploads that were begun and not ended, a line each

The AWS_* variables say where and who."""
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import s3


def ask(path, **query):
    """The body of the answer, which must be a good one."""
    target = urllib.parse.quote(path, safe="/-._~") + "?" + "&".join(
        f"{name.replace('_', '-')}={urllib.parse.quote(value, safe='-._~')}" for name, value in query.items())
    status, body = s3.request("GET", target)
    if not 200 <= status < 300:
        sys.exit(f"stored.py: GET {path}: {status}: {body.decode(errors='replace')}")
    return body


def found(element, name):
    """The texts of all elements of that name, whatever their namespace."""
    return [each.text or "" for each in element.iter() if each.tag.split("}")[-1] == name]


def pages(bucket, inside, next_name, **query):
    """The elements named `inside` of all pages. next_name: query parameter -> element that tells its next value."""
    while True:
        page = ElementTree.fromstring(ask(bucket, **query))
        yield from (each for each in page.iter() if each.tag.split("}")[-1] == inside)
        if "true" not in found(page, "IsTruncated"):
            return
        query.update({parameter: found(page, name)[0] for parameter, name in next_name.items()})


def keys(bucket):
    for each in pages(bucket, "Contents", {"continuation_token": "NextContinuationToken"}, list_type="2",
                      encoding_type="url"):
        yield urllib.parse.unquote_plus(found(each, "Key")[0])


def uploads(bucket):
    for each in pages(bucket, "Upload", {"key_marker": "NextKeyMarker", "upload_id_marker": "NextUploadIdMarker"},
                      uploads=""):
        yield found(each, "Key")[0]


def get(bucket, directory):
    for key in keys(bucket):
        file = Path(directory) / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(ask(f"{bucket}/{key}"))


def main():
    command, bucket, *rest = sys.argv[1:]
    if command == "get":
        get(bucket, *rest)
    else:
        for line in {"keys": keys, "uploads": uploads}[command](bucket):
            print(line)


if __name__ == "__main__":
    main()
