make_tree src
with_password right
penstock pack src -o out.zip --password-file password
with_password wrong
refuse 4 penstock unpack out.zip -C into --password-file password
says 'wrong password'
[ "$(wc -l < refused)" = 1 ]
refuse 4 penstock verify out.zip --password-file password
[ ! -e into ] || only_here -C into
