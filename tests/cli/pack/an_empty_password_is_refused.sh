# Whatever the password comes from: an unset variable in a script must not give a plain archive.
mkdir src
echo a > src/a
PENSTOCK_PASSWORD='' refuse 2 penstock pack src -o out.zip
says 'password in PENSTOCK_PASSWORD is empty: .*unset'
KEY='' refuse 2 penstock pack src -o out.zip --password-env KEY
says 'password in KEY is empty'
PENSTOCK_PASSWORD_FILE='' refuse 2 penstock pack src -o out.zip
says 'PENSTOCK_PASSWORD_FILE is set but empty: .*unset'
PENSTOCK_PASSWORD_ENV='' refuse 2 penstock pack src -o out.zip
says 'PENSTOCK_PASSWORD_ENV is set but empty'
refuse 2 penstock pack src -o out.zip --password-file ''
says 'password-file: the value is empty'
refuse 2 penstock pack src -o out.zip --password-env ''
says 'password-env: the value is empty'
: > empty
chmod 600 empty
refuse 2 penstock pack src -o out.zip --password-file empty
says 'password file empty: .* is empty: give one'
refuse 2 penstock pack src -o out.zip --password-file - < empty
says 'is empty'
only_here src empty
penstock pack src -o out.zip
PENSTOCK_PASSWORD='' refuse 2 penstock unpack out.zip -C into
# A password that is given wins over an empty setting.
(umask 077; echo right > key)
PENSTOCK_PASSWORD_FILE='' PENSTOCK_PASSWORD='' penstock pack src -o aes.zip --password-file key
penstock list aes.zip | grep -q AES-256
only_here src empty out.zip key aes.zip
