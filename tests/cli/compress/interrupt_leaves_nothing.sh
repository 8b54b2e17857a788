mkdir out
text 30000000 > big
for signal in INT TERM HUP; do
  interrupted $signal penstock compress big -o out/big.zst
  only_here -C out
done
penstock compress big -o big.zst --level 1 -q
interrupted INT penstock decompress big.zst -o out/big
only_here -C out
