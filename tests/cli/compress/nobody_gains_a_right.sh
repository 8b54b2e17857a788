# Owner and group are taken over where that is allowed; where not, the group's rights are not given
# to another one.
[ "$(id -u)" = 0 ] || skip "only root can be somebody else"
chmod 777 .
with_groups() { setpriv --reuid=65534 --regid=65534 "$1" --inh-caps=-all --no-new-privs -- "${@:2}"; }
owned() { stat -c '%u:%g %a' "$1"; }
text 1000 > in
gzip -k in
chown 65534:4242 in in.gz

expect() {  # MODE GROUPS EXPECTED
  chmod "$1" in in.gz
  with_groups "$2" penstock compress in -o made --force -q
  with_groups "$2" penstock decompress in.gz -o back --force -q
  for file in made back; do
    [ "$(owned $file)" = "$3" ] || fail "mode $1, $2: $file is $(owned $file), not $3"
  done
}
expect 640 --groups=4242 '65534:4242 640'
expect 4770 --groups=4242 '65534:4242 770'
expect 640 --clear-groups '65534:65534 600'
expect 664 --clear-groups '65534:65534 644'
expect 604 --clear-groups '65534:65534 600'

# Root gives both, but no set-id bits.
chown 4243:4242 in
chmod 6750 in
penstock compress in -o made --force -q
[ "$(owned made)" = '4243:4242 750' ] || fail "$(owned made)"
# Standard input has no owner.
penstock compress - -o fresh -q < in
[ "$(owned fresh)" = '0:0 644' ] || fail "$(owned fresh)"

# An ACL goes with the file: its group bits are a mask, and nobody's rights.
acl() {  # FILE [VALUE]: the named user 4243 may read and write, the group only read
  python3 - "$@" << 'END'
import os, struct, sys
name, entries = "system.posix_acl_access", [(1, 6, -1), (2, 6, 4243), (4, 4, -1), (16, 6, -1), (32, 0, -1)]
if len(sys.argv) > 2:
    os.setxattr(sys.argv[1], name, struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *e) for e in entries))
else:
    print(os.getxattr(sys.argv[1], name).hex() if name in os.listxattr(sys.argv[1]) else "none")
END
}
chown 65534:4242 in
chmod 640 in
if acl in set 2> ignored; then
  with_groups --groups=4242 penstock compress in -o made --force -q
  [ "$(acl made)" = "$(acl in)" ] && [ "$(owned made)" = '65534:4242 660' ] || fail "$(owned made)"
  with_groups --clear-groups penstock compress in -o made --force -q
  [ "$(acl made)" = none ] && [ "$(owned made)" = '65534:65534 600' ] || fail "$(owned made)"
fi
