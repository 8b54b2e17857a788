mkdir src
echo new > src/a
echo new > src/b
touch -d '2020-01-01 UTC' src/a src/b
penstock pack src/a src/b -o out.zip
fresh() {
  rm -rf back
  mkdir back
  echo old > back/a && touch -d '2019-01-01 UTC' back/a
  echo kept > back/b && touch -d '2021-01-01 UTC' back/b
}
fresh
penstock unpack out.zip -C back --overwrite always
[ "$(cat back/a back/b | tr '\n' ' ')" = 'new new ' ]
fresh
penstock unpack out.zip -C back --overwrite older
[ "$(cat back/a back/b | tr '\n' ' ')" = 'new kept ' ]
fresh
penstock unpack out.zip -C back --overwrite never
[ "$(cat back/a back/b | tr '\n' ' ')" = 'old kept ' ]
only_here -C back a b
