make_tree src
with_password p4ssw0rd
penstock pack src --dry-run
penstock pack src -o out.zip --dry-run
penstock pack src -o out.zip --dry-run --password-file password
only_here src password
