text 5000 > text
refuse 5 penstock list text
refuse 3 penstock list nowhere
refuse 2 penstock list
