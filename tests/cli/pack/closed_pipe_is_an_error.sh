text 9000000 > big
code=0
(penstock pack big -o - || echo $? > code) | head -c 1000 > /dev/null || true
[ "$(cat code)" = 1 ]
