text 5000 > text
refuse 5 penstock list text > table
[ ! -s table ] || fail "a header above nothing: $(cat table)"
refuse 3 penstock list nowhere --json > table
[ ! -s table ] || fail "the beginning of a document: $(cat table)"
refuse 2 penstock list
