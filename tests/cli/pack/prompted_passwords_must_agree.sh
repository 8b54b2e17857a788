mkdir src
echo a > src/a
expect << 'END' || code=$?
set timeout 20
spawn penstock pack src -o out.zip --encrypt
expect -nocase "password" { send "one thing\r" }
expect -nocase -re "again|repeat|confirm" { send "another thing\r" }
expect eof
catch wait result
exit [lindex $result 3]
END
[ "${code:-0}" = 2 ]
only_here src
