# The commands of cdn-upload.md, as a test runs them.
make_bucket www
mkdir -p site/assets
echo '<html>' > site/index.html
echo 'a {}' > site/assets/style.1a2b.css
noise 50000 > site/assets/logo.9f8e.png
# page
penstock push site s3://www --include 'assets/**' --header 'Cache-Control: public, max-age=31536000, immutable'
penstock push site s3://www --exclude 'assets/**' --header 'Cache-Control: max-age=60' --delete
# end
echo 'b {}' > site/assets/style.3c4d.css
rm site/assets/style.1a2b.css
echo '<html lang=en>' > site/index.html
# page
penstock push site s3://www --include 'assets/**' --header 'Cache-Control: public, max-age=31536000, immutable'
penstock push site s3://www --exclude 'assets/**' --header 'Cache-Control: max-age=60' --delete
penstock push site s3://www --include 'assets/**' --delete --dry-run
# end
# page
penstock push site s3://www --include 'assets/**' --delete --header 'Cache-Control: public, max-age=31536000, immutable'
penstock check site s3://www
# end
make_bucket staging
# page
penstock copy s3://www s3://staging --delete
# end
penstock check site s3://staging
