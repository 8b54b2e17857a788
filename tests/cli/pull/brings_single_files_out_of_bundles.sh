# What push --bundle has sent comes back file by file, wholly or in part; list and check see files, too;
# what is changed or deleted is so for all of them.
# The same files and links, with their modes and times. (Directories are not kept.)
same_files() {
  local format='%P %y %m %T@ %l\n'
  diff <(find "$1" -type f -printf "$format" | sort) <(find "$2" -type f -printf "$format" | sort)
  diff <(find "$1" -type l -printf '%P %l\n' | sort) <(find "$2" -type l -printf '%P %l\n' | sort)
  (cd "$1" && find . -type f -print0) | while IFS= read -r -d '' name; do cmp "$1/$name" "$2/$name"; done
}

round_trip() {
  umask 0
  make_tree src
  python3 -c '
for n in range(300):
    open(f"src/small{n:03}", "w").write(f"file {n}\n")'
  noise 5000000 > src/large
  penstock push src s3://bucket/p --bundle 8M --quiet
  penstock check src s3://bucket/p
  penstock check src s3://bucket/p --checksum
  penstock pull s3://bucket/p whole --links all --quiet
  same_files src whole
  penstock pull s3://bucket/p whole --links all 2> second
  grep -q '^pulled 0 files' second || fail "$(cat second)"
  penstock pull s3://bucket/p/small007 one --quiet
  cmp src/small007 one/small007
  penstock list s3://bucket/p 'small00*' -0 | xargs -0 -n 1 > names
  [ "$(wc -l < names)" = 10 ] || fail "$(cat names)"
  penstock list s3://bucket/p --json > listed
  [ "$(jq '[.entries[] | select(.method == "bundled")] | length' listed)" -ge 300 ] || fail "$(cat listed)"
  [ "$(jq '.entries[] | select(.name == "large") | .method' listed)" = '"object"' ] || fail "large"
  echo changed > src/small007
  rm src/small008
  penstock push src s3://bucket/p --bundle 8M --delete --quiet
  penstock check src s3://bucket/p
  penstock pull s3://bucket/p whole --links all --delete --quiet
  same_files src whole
  penstock push src s3://bucket/p --delete --json --quiet > plain
  [ "$(jq '.files, .deleted' plain | xargs)" = '0 0' ] || fail "$(cat plain)"
}
with_s3 round_trip
