refuse 2 penstock push
says 'nothing to push'
refuse 2 penstock push tree
says 'the place is missing'
refuse 2 penstock push tree ftp://host/x
says 's3://bucket/prefix'
refuse 2 penstock push tree there --workers 0
says '1 to 10,000'
refuse 2 penstock push tree there --rate fast
says '50/s'
refuse 2 penstock push tree there --bandwidth much
refuse 2 penstock push tree there --header nonsense
says 'Cache-Control'
refuse 2 penstock push tree there --journal j --no-journal
says 'contradict'
only_here
