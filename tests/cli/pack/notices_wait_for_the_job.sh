# A job that is refused says why it is, and nothing else: no notice about the archive there will not
# be, no password for it.
mkdir -p src
echo a > src/a
echo old > old.zip
echo short > password
chmod 644 password
alone() { [ "$(wc -l < refused)" = 1 ] || fail "more than the reason"; }
refuse 3 penstock pack nowhere -o out.zip
alone
refuse 3 penstock pack nowhere -o out.zip --generate-password
alone
refuse 3 penstock pack nowhere -o out.zip --password-file password
alone
refuse 2 penstock pack src -o src/out.zip
alone
refuse 2 penstock pack src -o src/out.zip --generate-password
alone
refuse 2 penstock pack src -o no/such/out.zip
alone
refuse 2 penstock pack src -o old.zip
alone
refuse 2 penstock pack src -o out.zip --aes 128
alone
refuse 5 penstock unpack old.zip --password-file password
alone
# What is asked for a password has something to pack.
refuse 3 setsid -w penstock pack nowhere -o out.zip --encrypt
only_here old.zip password src
# The accepted job has them all.
penstock pack src -o out.zip --password-file password 2> words
grep -q 'others may read' words
grep -q 'password is short' words
penstock unpack out.zip -C into --password-file password 2> words
grep -q 'others may read' words
