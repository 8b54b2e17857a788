"""The servers that transfers are measured against: a sink that costs next to nothing, and a real Ceph RGW."""
import json
import re
import shlex
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from measure import RELEASE, ROOT

REGION = "us-east-1"


class Sink:
    """bench/transfer_sink, as a context: it ends with it."""

    def __init__(self, *options):
        self.options = options

    def __enter__(self):
        self.process = subprocess.Popen([RELEASE / "bench/transfer_sink", *self.options], stdout=subprocess.PIPE,
                                        text=True)
        self.authority = f"127.0.0.1:{int(self.process.stdout.readline())}"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    @property
    def environment(self):
        return environment(self.authority, "SINK", "of the sink, which does not look at it")

    def requests(self):
        """Method -> how many."""
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                f"http://{self.authority}/-/counters") as answer:
            return json.load(answer)["requests"]


class Rgw:
    """Ceph's RGW with a bucket `bench`, as a context. `config`: lines of ceph.conf."""

    def __init__(self, config=""):
        self.config = config

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="penstock-rgw-")
        self.control("start", RGW_CONFIG=self.config)
        told = (Path(self.directory.name) / "env").read_text(encoding="utf-8")
        said = dict(re.findall(r"^export (\w+)=(.*)$", told, re.MULTILINE))
        self.authority = said["AWS_ENDPOINT_URL"].removeprefix("http://")
        self.environment = environment(self.authority, said["AWS_ACCESS_KEY_ID"], said["AWS_SECRET_ACCESS_KEY"])
        try:
            subprocess.run(["bash", "-c", rclone("mkdir peer:bench")], env={**minimal(), **self.environment}, check=True,
                           capture_output=True)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.control("stop")
        self.directory.cleanup()

    def control(self, what, **more):
        subprocess.run([ROOT / "tests/servers/ceph_rgw", what, self.directory.name], env={**minimal(), **more}, check=True)

    def counters(self):
        """What the server itself has counted: all requests, and those that put objects or parts."""
        socket = next(Path(self.directory.name).glob("run/*rgw*.asok"))
        told = subprocess.run(["ceph", "--admin-daemon", socket, "perf", "dump", "rgw"], check=True, capture_output=True)
        found = json.loads(told.stdout)["rgw"]
        return {"requests": found["req"], "puts": found["put"]}


def minimal():
    return {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "HOME": "/nonexistent"}


def environment(authority, key, secret):
    """What leads every client to the server; rclone knows it as `peer:`."""
    return {
        "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": f"http://{authority}", "AWS_EC2_METADATA_DISABLED": "true", "no_proxy": "127.0.0.1",
        "RCLONE_CONFIG_PEER_TYPE": "s3", "RCLONE_CONFIG_PEER_PROVIDER": "Other", "RCLONE_CONFIG_PEER_ENV_AUTH": "true",
        "RCLONE_CONFIG_PEER_REGION": REGION, "RCLONE_CONFIG_PEER_ENDPOINT": f"http://{authority}",
        "RESTIC_PASSWORD": "secret",
    }


def rclone(arguments):
    """Its command line. It ends at once when there is a CA bundle of the user's."""
    return f"env -u AWS_CA_BUNDLE rclone --config /dev/null --quiet {arguments}"


def aws(server, arguments):
    """Debian's, which does not know AWS_ENDPOINT_URL yet."""
    program = "/usr/bin/aws" if Path("/usr/bin/aws").exists() else "aws"
    return f"env -u AWS_CA_BUNDLE {program} --endpoint-url http://{server.authority} {arguments}"


def restic(server, repository, arguments):
    place = shlex.quote(f"s3:http://{server.authority}/bench/{repository}")
    return f"env -u AWS_CA_BUNDLE restic --quiet --no-cache -r {place} {arguments}"
