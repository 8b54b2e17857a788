# It grows while it is read: what was read is no state it ever had.
text 9000000 > in
stopped_at read:when=1 -P in penstock compress in --threads 1
echo more >> in
ends_with 1
says 'in changed while it was read'
not test -e in.zst
