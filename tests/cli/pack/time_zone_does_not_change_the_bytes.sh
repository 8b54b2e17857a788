make_tree src
penstock pack src -o one.zip
TZ=Asia/Tokyo LC_ALL=C.UTF-8 penstock pack src -o two.zip --memory 8M
cmp one.zip two.zip
