# The commands of build-artifacts.md, as a test runs them.
make_bucket artifacts
mkdir -p build/lib
noise 300000 > build/program
noise 9000000 > build/lib/big.so
test_log() { echo "all 12 tests passed"; }
# page
penstock push build s3://artifacts/builds/1234 --if-absent --metadata commit=4a5b6c7
# end
# page
test_log | penstock push - s3://artifacts/builds/1234/test.log
penstock pull s3://artifacts/builds/1234/test.log -
# end
# page
penstock pull s3://artifacts/builds/1234 fetched --include 'program' --include 'lib/**'
# end
diff -r build fetched
# page
penstock copy s3://artifacts/builds/1234 s3://artifacts/releases/1.0 --if-absent
# end
penstock check s3://artifacts/builds/1234 s3://artifacts/releases/1.0
# page
penstock copy s3://artifacts/builds/1234 s3://artifacts/releases/1.0 --if-absent --dry-run
# end
