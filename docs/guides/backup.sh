# The commands of backup.md, as a test runs them.
make_bucket backup
make_tree documents
rm documents/latin1-*  # S3 wants keys in UTF-8
find documents -mindepth 1 -type d -empty -delete
# page
penstock push documents s3://backup/documents --metrics-file backup.prom
penstock check documents s3://backup/documents
# end
echo changed > documents/changed
# page
penstock push documents s3://backup/documents --delete
# end
# page
penstock pull s3://backup/documents restored
penstock check restored s3://backup/documents --checksum
diff -r --no-dereference documents restored
# end
# page
penstock pull s3://backup/documents one --include 'changed'
# end
cmp documents/changed one/changed
# page
tar -c documents | penstock push - s3://backup/documents.tar
penstock pull s3://backup/documents.tar - | tar -t > /dev/null
# end
grep -q '^penstock_success{operation="push"} 1' backup.prom
