mkdir src
refuse 2 setsid -w penstock pack src -o out.zip --encrypt
says '--password-file'
only_here src
