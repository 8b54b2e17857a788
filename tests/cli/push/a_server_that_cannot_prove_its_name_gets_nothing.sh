# Over TLS: a certificate for another host, one that has expired, one that nobody has signed. Each is refused
# once, with its reason, and neither key nor content has left.
export AWS_ACCESS_KEY_ID=AKIATEST AWS_SECRET_ACCESS_KEY=secret
mkdir tree
echo content > tree/file
new_key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
authority() {
  openssl req -x509 "${new_key[@]}" -keyout "$1.key" -out "$1.pem" -days 2 -subj "/CN=$1" 2> ignored
}
# issue NAME SUBJECT DAYS: NAME.pem and NAME.key, signed by ca.
issue() {
  openssl req "${new_key[@]}" -keyout "$1.key" -out "$1.csr" -subj /CN=penstock 2> ignored
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -out "$1.pem" \
    -extfile <(echo "subjectAltName=$2") -days "$3" 2> ignored
}
authority ca
issue good IP:127.0.0.1 2
issue other DNS:other.example 2
issue expired IP:127.0.0.1 -1
openssl req -x509 "${new_key[@]}" -keyout alone.key -out alone.pem -days 2 -subj /CN=127.0.0.1 \
  -addext subjectAltName=IP:127.0.0.1 2> ignored

# to_server NAME COMMAND...: while a server shows the certificate NAME at $endpoint.
to_server() {
  local name=$1 server code=0
  : > requests
  : > port
  python3 "$CLI_TESTS/tls_s3.py" "$name.pem" "$name.key" requests > port &
  server=$!
  until [ -s port ]; do kill -0 $server || fail "no server"; done
  endpoint=https://127.0.0.1:$(cat port)
  "${@:2}" || code=$?
  kill $server
  return $code
}
refused() {
  refuse 4 penstock push tree s3://bucket/x --endpoint "$endpoint" --ca-file ca.pem --verbose
  says 'certificate'
  says "$1"
  not grep -q 'retrying' refused
  [ ! -s requests ] || fail "the server was told: $(cat requests)"
}
accepted() {
  penstock push tree s3://bucket/x --endpoint "$endpoint" "$@"
  grep -q 'PUT /bucket/x/file' requests
}
to_server good accepted --ca-file ca.pem
to_server other refused 'name|host'
to_server expired refused 'expired'
to_server alone refused 'self-signed|self signed'
# And one whose authority this machine does not know.
of_nobody_known() {
  refuse 4 penstock push tree s3://bucket/x --endpoint "$endpoint"
  says 'certificate'
}
to_server good of_nobody_known
# Who asks for it can go without, and is warned.
to_server alone accepted --insecure 2> said
grep -q 'not verified' said || fail "$(cat said)"
