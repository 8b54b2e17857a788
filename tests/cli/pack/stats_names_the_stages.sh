make_tree src
with_password p4ssw0rd
penstock pack src -o out.zip --stats --password-file password 2> said
cat said >&2
for stage in walk read compress encrypt write; do grep -qi "$stage" said; done
