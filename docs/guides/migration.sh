# The commands of migration.md, as a test runs them.
make_bucket old
make_bucket new
files_of_sizes tree 120 20000
noise 20000000 > tree/large
penstock push tree s3://old --quiet
# The same server by another way: what is not known to be one server is not asked to copy.
OLD_ENDPOINT=$AWS_ENDPOINT_URL
mkdir -p ~/.aws
printf '[old]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
  "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" > ~/.aws/credentials
# page
penstock copy s3://old s3://new --source-profile old --source-endpoint "$OLD_ENDPOINT" --dry-run
penstock copy s3://old s3://new --source-profile old --source-endpoint "$OLD_ENDPOINT"
# end
echo changed > tree/d000/f00
penstock push tree s3://old --quiet
# page
penstock copy s3://old s3://new --source-profile old --source-endpoint "$OLD_ENDPOINT" --delete
# end
# page
penstock check s3://old s3://new --checksum
# end
# page
penstock copy s3://new here
penstock copy here s3://new/again
# end
diff -r tree here
rm -r here
stored get new got
diff -r tree got/again
