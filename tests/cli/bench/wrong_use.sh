refuse 2 penstock bench everything
says "'everything' is nothing to bench"
refuse 2 penstock bench --size 1K..2K
says 'size is for'
refuse 2 penstock bench files 10
refuse 2 penstock bench files ten out
refuse 2 penstock bench files 0 out
refuse 2 penstock bench files 10 --size 2K..1K out
says 'the sizes end before they begin'
refuse 2 penstock bench files 10 --size big out
refuse 2 penstock bench --seconds 0
refuse 2 penstock bench --seconds soon
refuse 2 penstock bench --threads 0
only_here
