refuse 3 penstock pack nowhere -o out.zip
says 'nowhere'
only_here
