make_tree src
with_password 'correct horse'
penstock pack src -o - --password-file password | cat > piped.zip
penstock unpack piped.zip -C back --password-file password
same_tree src back/src
7zz t -pcorrect\ horse piped.zip > /dev/null
