# Thousands of small files are a few requests by the server's own log; a second run makes one; what the
# server holds are ZIP archives.
small_files() {
  python3 -c '
import os, random, sys
rng = random.Random(5)
for n in range(3000):
    directory = f"src/d{n // 100:02}"
    os.makedirs(directory, exist_ok=True)
    with open(f"{directory}/f{n % 100:02}", "wb") as file:
        file.write(rng.randbytes(rng.choice((0, 1, 4096, rng.randint(0, 9000)))))'
  ln -s d00/f03 src/link
  mkdir src/ä
  echo umlaut > 'src/ä/ö ü'
}

# The bundle holds, whole, what the tree has (and its index).
opened_by() {
  local tool=$1 into=$2
  shift 2
  mkdir "$into"
  "$@" > said 2>&1 || fail "$tool: $(tail -5 said)"
  rm "$into/.penstock/index"
  rmdir "$into/.penstock"
  diff -r --no-dereference src "$into"
}

bundled() {
  small_files
  penstock push src s3://bucket/p --bundle 32M --json > first
  [ "$(jq .files first)" = 3002 ] || fail "$(cat first)"
  [ "$(jq .requests first)" -le 3 ] || fail "$(cat first)"
  penstock push src s3://bucket/p --bundle 32M --json > second
  [ "$(jq '.files, .unchanged, .requests' second | xargs)" = '0 3002 1' ] || fail "$(cat second)"
  stored get bucket got
  local bundle
  bundle=$(ls got/p/.penstock/bundles/*.zip)
  python3 -c '
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
assert len(archive.namelist()) == 3003, len(archive.namelist())
archive.extractall("python")' "$bundle"
  opened_by unzip unzipped env LC_ALL=C.UTF-8 unzip -q "$bundle" -d unzipped
  if command -v 7zz > ignored; then opened_by 7zz seven env LC_ALL=C.UTF-8 7zz x -snld -oseven "$bundle"; fi
  opened_by bsdtar tarred env LC_ALL=C.UTF-8 bsdtar -xf "$bundle" -C tarred
  mkdir piped
  env LC_ALL=C.UTF-8 bsdtar -xf - -C piped < "$bundle"
  cmp piped/d00/f03 src/d00/f03
  penstock verify "$bundle"
}
with_s3 bundled
