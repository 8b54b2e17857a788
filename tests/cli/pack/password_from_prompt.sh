mkdir src
echo a > src/a
expect << 'END' > transcript
set timeout 20
spawn penstock pack src -o out.zip --encrypt
expect -nocase "password" { send "s3cret words\r" }
expect -nocase -re "again|repeat|confirm" { send "s3cret words\r" }
expect eof
catch wait result
exit [lindex $result 3]
END
not grep -q 's3cret' transcript # it is not echoed
7zz t '-ps3cret words' out.zip > /dev/null
expect << 'END' > transcript
set timeout 20
spawn penstock unpack out.zip -C back
expect -nocase "password" { send "s3cret words\r" }
expect eof
catch wait result
exit [lindex $result 3]
END
cmp src/a back/src/a
