odd_zip crc in.zip
refuse 5 penstock unpack in.zip -C back
says 'file.*(CRC|checksum)'
[ ! -e back/file ]
