odd_zip bomb bomb.zip
refuse 5 penstock unpack bomb.zip -C into --max-output 10M
says 'limit'
[ ! -e into/bomb ]
refuse 5 penstock unpack bomb.zip -C into --max-entries 2
says 'limit'
