text 20000000 > big
noise 3000000 >> big
text 9000000 >> big
with_password secret
penstock pack big -o out.zip --password-file password
for threads in 1 2 5; do
  penstock unpack out.zip -C back$threads --password-file password --threads $threads
  cmp big back$threads/big
done
