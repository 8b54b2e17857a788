# The commands of photo-folder.md, as a test runs them.
make_bucket photos
mkdir -p pictures/2023 pictures/2024/summer
for i in $(seq 40); do noise $((i * 1000)) > pictures/2023/$i.jpg; done
noise 20000000 > pictures/2024/summer/film.mp4
echo x > pictures/2024/.thumbnails.tmp
# page
penstock push pictures s3://photos --exclude '*.tmp' --storage-class STANDARD
# end
noise 5000 > pictures/2024/new.jpg
mv pictures/2023/1.jpg pictures/2023/first.jpg
# page
penstock push pictures s3://photos --exclude '*.tmp' --dry-run
penstock push pictures s3://photos --exclude '*.tmp'
# end
# page
penstock check pictures s3://photos --exclude '*.tmp' || true
penstock push pictures s3://photos --exclude '*.tmp' --delete
penstock check pictures s3://photos --exclude '*.tmp'
# end
# page
penstock push pictures s3://photos --exclude '*.tmp' --bandwidth '08:00-22:00 2M, 20M'
# end
# page
penstock pull s3://photos from-2024 --include '2024/**'
# end
rm pictures/2024/.thumbnails.tmp
diff -r pictures/2024 from-2024/2024
