mkdir tree
for i in $(seq 30); do echo $i > tree/$i; done
penstock push tree there --quiet
rm tree/1
penstock push tree there --delete --dry-run --quiet
[ -e there/1 ] || fail "a dry run removed it"
penstock push tree there --delete --quiet
[ ! -e there/1 ] || fail "it was not removed"
rm tree/[2-9] tree/1?
refuse 1 penstock push tree there --delete
says 'delete-max'
[ -e there/2 ] || fail "more than half was removed"
penstock push tree there --delete --delete-all --quiet
[ "$(ls there | wc -l)" = 11 ] || fail "$(ls there)"
