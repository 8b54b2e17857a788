mkdir out
text 30000000 > big
for signal in INT TERM HUP; do
  interrupted $signal penstock pack big -o out/out.zip
  only_here -C out
done
