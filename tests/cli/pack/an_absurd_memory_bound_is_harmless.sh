text 1000 > a
penstock pack a -o a.zip --memory 999999G --quiet
penstock verify a.zip --quiet
