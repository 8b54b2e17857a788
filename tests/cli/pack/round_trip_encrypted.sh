make_tree src
with_password 'correct horse'
penstock pack src -o out.zip --password-file password
penstock unpack out.zip -C back --password-file password
same_tree src back/src
not grep -aq 'not composed' out.zip # a short file's content is not in the clear
