refuses_archive traversal '\.\./evil'
refuses_archive traversal-deep 'a/\.\./\.\./evil'
refuses_archive absolute '/tmp/penstock-evil'
refuses_archive dot 'a/\./b'
refuses_archive double-slash 'a//b'
refuses_archive nul 'evil'
refuses_archive no-name 'name'
refuses_archive long-name 'xxx'
[ ! -e /tmp/penstock-evil ]
[ ! -e ../evil ]
