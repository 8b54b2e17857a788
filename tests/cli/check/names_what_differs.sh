mkdir a b
echo same | tee a/same > b/same
echo one > a/different
echo two > b/different
echo left > a/missing
echo right > b/extra
refuse 1 penstock check a b --checksum > found
sort found > sorted
printf '%s\n' 'differs different' 'extra extra' 'missing missing' > expected
diff expected sorted
says 'NOT EQUAL'
