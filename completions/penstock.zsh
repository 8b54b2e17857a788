#compdef penstock
# zsh completion for penstock; made by 'penstock completion zsh'
_penstock() {
    local -a names=(
        'pack:pack files and directories into a ZIP archive'
        'unpack:unpack a ZIP archive into files and directories'
        'list:show what is in an archive, in a .gz or .zst, or at a place'
        'verify:check an archive completely, writing nothing'
        'compress:compress single files into .zst or .gz'
        'decompress:decompress .zst and .gz files, or a part of one'
        'push:send files and directories to a store, only what is missing there'
        'pull:bring what is missing from a store into a directory'
        'copy:copy what is missing from one place to another, or between stores'
        'check:tell whether two places hold the same files'
        'bench:measure this machine, or make sample files'
        'help:tell about penstock or one of its commands'
        'completion:print the completion script of a shell'
    )
    if (( CURRENT == 2 )); then
        _describe command names
        return
    fi
    local name=$words[2]
    shift words
    (( CURRENT-- ))
    case $name in
    pack)
        _arguments -s \
            '--output[the archive a file, DIR/]:OUT:_files' \
            '-o[the archive a file, DIR/]:OUT:_files' \
            '--force[replace OUT when it exists, once the new archive is complete]' \
            '--part-size[send an archive at a URL in parts of SIZE]:SIZE:' \
            '--codec[how to compress]:codec:(deflate huffman store zstd)' \
            '--level[how hard to compress]:N:' \
            '--encrypt[ask for a password, twice]' \
            '--password-file[take the password from the first line of FILE]:FILE:_files' \
            '--password-env[take the password from the environment variable NAME]:NAME:' \
            '--generate-password[make up a strong password and show it once, on standard error]' \
            '--aes[bits of the key]:aes:(128 256)' \
            '*--include[take only what matches]:GLOB:' \
            '*--exclude[leave out what matches]:GLOB:' \
            '--files-from[pack also the paths listed in FILE, one a line or NUL-separated]:FILE:_files' \
            '--one-file-system[do not enter other file systems]' \
            '-x[do not enter other file systems]' \
            '--dry-run[walk and report, write nothing]' \
            '--threads[work with N threads]:N:' \
            '--memory[bound the data in flight, for example 32M]:SIZE:' \
            '--workers[requests in flight a number, auto]:N:' \
            '--rate[requests a second at most]:N/s:' \
            '--bandwidth[bytes a second at most, each way 20M, or a timetable 0800-1800 1M, 20M]:SIZE:' \
            '--bandwidth-up[the same for what is sent]:SIZE:' \
            '--bandwidth-down[the same for what is received]:SIZE:' \
            '--control-file[look into FILE once a second for new limits lines rate 50, bandwidth 10M]:FILE:_files' \
            '--max-connections[connections to the server at most]:N:' \
            '--retries[how often a request is made again]:N:' \
            '--retry-base[the most to wait before the first retry, doubled for each further one]:TIME:' \
            '--retry-cap[the most to wait before any retry]:TIME:' \
            '--endpoint[the server that speaks S3]:URL:' \
            '--region[the region]:NAME:' \
            '--profile[the profile of ~/.aws to take keys and region from]:NAME:' \
            '--path-style[whether the bucket stands in the path of URLs]:path-style:(yes no)' \
            '--unsigned-payload[do not sign contents, send their MD5 instead less CPU over TLS]' \
            '--ca-file[trust the certificates in FILE instead of the systems]:FILE:_files' \
            '--proxy[the proxy to use]:URL:' \
            '--insecure[do not verify certificates anybody on the way can read and change everything]' \
            '--progress[how to show progress on standard error]:progress:(auto bar plain json none)' \
            '--json[print a report for programs on standard output at the end]' \
            '--stats[show time, bytes and waiting of every stage at the end]' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more name each entry when it is done]' \
            '-v[say more name each entry when it is done]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    unpack)
        _arguments -s \
            '--directory[unpack into DIR, made when missing]:DIR:_files -/' \
            '-C[unpack into DIR, made when missing]:DIR:_files -/' \
            '--overwrite[what to do with files that exist replace all, replace those older than the archives, or keep them]:overwrite:(always older never)' \
            '--strip[drop N leading directories from each name]:N:' \
            '--dry-run[check and report, write nothing]' \
            '*--include[take only what matches]:GLOB:' \
            '*--exclude[leave out what matches]:GLOB:' \
            '--password-file[take the password from the first line of FILE]:FILE:_files' \
            '--password-env[take the password from the environment variable NAME]:NAME:' \
            '--links[symbolic links that are absolute or leave the tree]:links:(refuse skip all)' \
            '--lenient[let headers that disagree pass, and say so]' \
            '--max-output[refuse archives that unpack to more]:SIZE:' \
            '--max-entries[refuse archives of more entries]:N:' \
            '--max-ratio[refuse archives that grow more than N times, to more than 1 MiB]:N:' \
            '--threads[work with N threads]:N:' \
            '--memory[bound the data in flight, for example 32M]:SIZE:' \
            '--workers[requests in flight a number, auto]:N:' \
            '--rate[requests a second at most]:N/s:' \
            '--bandwidth[bytes a second at most, each way 20M, or a timetable 0800-1800 1M, 20M]:SIZE:' \
            '--bandwidth-up[the same for what is sent]:SIZE:' \
            '--bandwidth-down[the same for what is received]:SIZE:' \
            '--control-file[look into FILE once a second for new limits lines rate 50, bandwidth 10M]:FILE:_files' \
            '--max-connections[connections to the server at most]:N:' \
            '--retries[how often a request is made again]:N:' \
            '--retry-base[the most to wait before the first retry, doubled for each further one]:TIME:' \
            '--retry-cap[the most to wait before any retry]:TIME:' \
            '--endpoint[the server that speaks S3]:URL:' \
            '--region[the region]:NAME:' \
            '--profile[the profile of ~/.aws to take keys and region from]:NAME:' \
            '--path-style[whether the bucket stands in the path of URLs]:path-style:(yes no)' \
            '--unsigned-payload[do not sign contents, send their MD5 instead less CPU over TLS]' \
            '--ca-file[trust the certificates in FILE instead of the systems]:FILE:_files' \
            '--proxy[the proxy to use]:URL:' \
            '--insecure[do not verify certificates anybody on the way can read and change everything]' \
            '--progress[how to show progress on standard error]:progress:(auto bar plain json none)' \
            '--json[print a report for programs on standard output at the end]' \
            '--stats[show time, bytes and waiting of every stage at the end]' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more name each entry when it is done]' \
            '-v[say more name each entry when it is done]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    list)
        _arguments -s \
            '--json[one JSON document, an entry a line]' \
            '--print0[only the names, as they are, each ended by a NUL byte]' \
            '-0[only the names, as they are, each ended by a NUL byte]' \
            '--lenient[let headers that disagree pass, and say so]' \
            '--workers[requests in flight a number, auto]:N:' \
            '--rate[requests a second at most]:N/s:' \
            '--bandwidth[bytes a second at most, each way 20M, or a timetable 0800-1800 1M, 20M]:SIZE:' \
            '--bandwidth-up[the same for what is sent]:SIZE:' \
            '--bandwidth-down[the same for what is received]:SIZE:' \
            '--control-file[look into FILE once a second for new limits lines rate 50, bandwidth 10M]:FILE:_files' \
            '--max-connections[connections to the server at most]:N:' \
            '--retries[how often a request is made again]:N:' \
            '--retry-base[the most to wait before the first retry, doubled for each further one]:TIME:' \
            '--retry-cap[the most to wait before any retry]:TIME:' \
            '--endpoint[the server that speaks S3]:URL:' \
            '--region[the region]:NAME:' \
            '--profile[the profile of ~/.aws to take keys and region from]:NAME:' \
            '--path-style[whether the bucket stands in the path of URLs]:path-style:(yes no)' \
            '--unsigned-payload[do not sign contents, send their MD5 instead less CPU over TLS]' \
            '--ca-file[trust the certificates in FILE instead of the systems]:FILE:_files' \
            '--proxy[the proxy to use]:URL:' \
            '--insecure[do not verify certificates anybody on the way can read and change everything]' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more name each entry when it is done]' \
            '-v[say more name each entry when it is done]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    verify)
        _arguments -s \
            '*--include[take only what matches]:GLOB:' \
            '*--exclude[leave out what matches]:GLOB:' \
            '--password-file[take the password from the first line of FILE]:FILE:_files' \
            '--password-env[take the password from the environment variable NAME]:NAME:' \
            '--links[symbolic links that are absolute or leave the tree]:links:(refuse skip all)' \
            '--lenient[let headers that disagree pass, and say so]' \
            '--max-output[refuse archives that unpack to more]:SIZE:' \
            '--max-entries[refuse archives of more entries]:N:' \
            '--max-ratio[refuse archives that grow more than N times, to more than 1 MiB]:N:' \
            '--threads[work with N threads]:N:' \
            '--memory[bound the data in flight, for example 32M]:SIZE:' \
            '--workers[requests in flight a number, auto]:N:' \
            '--rate[requests a second at most]:N/s:' \
            '--bandwidth[bytes a second at most, each way 20M, or a timetable 0800-1800 1M, 20M]:SIZE:' \
            '--bandwidth-up[the same for what is sent]:SIZE:' \
            '--bandwidth-down[the same for what is received]:SIZE:' \
            '--control-file[look into FILE once a second for new limits lines rate 50, bandwidth 10M]:FILE:_files' \
            '--max-connections[connections to the server at most]:N:' \
            '--retries[how often a request is made again]:N:' \
            '--retry-base[the most to wait before the first retry, doubled for each further one]:TIME:' \
            '--retry-cap[the most to wait before any retry]:TIME:' \
            '--endpoint[the server that speaks S3]:URL:' \
            '--region[the region]:NAME:' \
            '--profile[the profile of ~/.aws to take keys and region from]:NAME:' \
            '--path-style[whether the bucket stands in the path of URLs]:path-style:(yes no)' \
            '--unsigned-payload[do not sign contents, send their MD5 instead less CPU over TLS]' \
            '--ca-file[trust the certificates in FILE instead of the systems]:FILE:_files' \
            '--proxy[the proxy to use]:URL:' \
            '--insecure[do not verify certificates anybody on the way can read and change everything]' \
            '--progress[how to show progress on standard error]:progress:(auto bar plain json none)' \
            '--json[print a report for programs on standard output at the end]' \
            '--stats[show time, bytes and waiting of every stage at the end]' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more name each entry when it is done]' \
            '-v[say more name each entry when it is done]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    compress)
        _arguments -s \
            '--output[the file to make, or -]:OUT:_files' \
            '-o[the file to make, or -]:OUT:_files' \
            '--stdout[write to standard output, one file behind the other]' \
            '-c[write to standard output, one file behind the other]' \
            '--force[replace an output that exists, a file or a link to one]' \
            '--rm[remove each input once its output is complete]' \
            '--codec[how to compress]:codec:(zstd gzip huffman)' \
            '--level[how hard to compress zstd 1 to 19]:N:' \
            '--threads[work with N threads]:N:' \
            '--memory[bound the chunks in flight]:SIZE:' \
            '--progress[how to show progress on standard error]:progress:(auto bar plain json none)' \
            '--json[print a report for programs on standard output at the end]' \
            '--stats[show time, bytes and waiting of every stage at the end]' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more name each entry when it is done]' \
            '-v[say more name each entry when it is done]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    decompress)
        _arguments -s \
            '--output[the file to make, or -]:OUT:_files' \
            '-o[the file to make, or -]:OUT:_files' \
            '--stdout[write to standard output, one file behind the other]' \
            '-c[write to standard output, one file behind the other]' \
            '--force[replace an output that exists, a file or a link to one]' \
            '--rm[remove each input once its output is complete]' \
            '--test[decode and verify everything, write nothing]' \
            '-t[decode and verify everything, write nothing]' \
            '--range[only the bytes from A up to, without, B of the uncompressed data, reading no more of the file than that needs]:A:B:' \
            '--max-output[refuse files that decompress to more]:SIZE:' \
            '--threads[work with N threads]:N:' \
            '--memory[bound the parts in flight]:SIZE:' \
            '--progress[how to show progress on standard error]:progress:(auto bar plain json none)' \
            '--json[print a report for programs on standard output at the end]' \
            '--stats[show time, bytes and waiting of every stage at the end]' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more name each entry when it is done]' \
            '-v[say more name each entry when it is done]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    push)
        _arguments -s \
            '*--include[take only what matches]:GLOB:' \
            '*--exclude[leave out what matches]:GLOB:' \
            '--files-from[push also the paths listed in FILE, one a line or NUL-separated]:FILE:_files' \
            '--one-file-system[do not enter other file systems]' \
            '-x[do not enter other file systems]' \
            '--links[symbolic links keep them as links, send what they lead to, or leave them out]:links:(keep follow skip)' \
            '--checksum[read and compare contents also where size, times and the journal agree]' \
            '--delete[remove objects that no file stands for any more, when all is sent]' \
            '--delete-max[with --delete remove nothing when it would be more than N objects]:N:' \
            '--delete-all[with --delete however many it would be]' \
            '--dry-run[compare and count requests and bytes, send nothing]' \
            '*--header[send a header with every object, for example Cache-Control no-store]:'NAME: VALUE':' \
            '*--metadata[give every object a metadata entry]:NAME=VALUE:' \
            '--content-type[the type of every object]:TYPE:' \
            '--storage-class[for example STANDARD_IA]:NAME:' \
            '--if-absent[send only what is not there at all, and replace nothing]' \
            '--bundle[send small files together, in ZIP archives of SIZE]:SIZE:' \
            '--part-size[cut into parts of SIZE]:SIZE:' \
            '--parts[send N parts of a file at a time]:N:' \
            '--multipart-above[send files above SIZE in parts]:SIZE:' \
            '--memory[bound the contents in memory]:SIZE:' \
            '--journal[remember in FILE what was sent]:FILE:_files' \
            '--clean[in the end abort uploads of parts below DEST that were begun before this run what killed runs have left]' \
            '--no-journal[remember nothing every run compares contents, and no upload is resumed]' \
            '--workers[requests in flight a number, auto]:N:' \
            '--rate[requests a second at most]:N/s:' \
            '--bandwidth[bytes a second at most, each way 20M, or a timetable 0800-1800 1M, 20M]:SIZE:' \
            '--bandwidth-up[the same for what is sent]:SIZE:' \
            '--bandwidth-down[the same for what is received]:SIZE:' \
            '--control-file[look into FILE once a second for new limits lines rate 50, bandwidth 10M]:FILE:_files' \
            '--max-connections[connections to the server at most]:N:' \
            '--retries[how often a request is made again]:N:' \
            '--retry-base[the most to wait before the first retry, doubled for each further one]:TIME:' \
            '--retry-cap[the most to wait before any retry]:TIME:' \
            '--endpoint[the server that speaks S3]:URL:' \
            '--region[the region]:NAME:' \
            '--profile[the profile of ~/.aws to take keys and region from]:NAME:' \
            '--path-style[whether the bucket stands in the path of URLs]:path-style:(yes no)' \
            '--unsigned-payload[do not sign contents, send their MD5 instead less CPU over TLS]' \
            '--ca-file[trust the certificates in FILE instead of the systems]:FILE:_files' \
            '--proxy[the proxy to use]:URL:' \
            '--insecure[do not verify certificates anybody on the way can read and change everything]' \
            '--progress[how to show progress on standard error]:progress:(auto bar plain json none)' \
            '--json[print a report for programs on standard output at the end]' \
            '--stats[show time, bytes and waiting of every stage at the end]' \
            '--metrics-file[write counts, latencies and the requests in flight into FILE in the text format of Prometheus, once a second and at the end]:FILE:_files' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more name each entry when it is done]' \
            '-v[say more name each entry when it is done]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    pull)
        _arguments -s \
            '*--include[take only what matches]:GLOB:' \
            '*--exclude[leave out what matches]:GLOB:' \
            '--overwrite[files that exist and differ replace them, replace those older than the object, keep them, or name each as failed]:overwrite:(always older never refuse)' \
            '--links[symbolic links that lead out of DIR name them as failed, leave them out, or make them]:links:(refuse skip all)' \
            '--checksum[read and compare contents also where sizes and times agree]' \
            '--delete[remove files of DIR that SOURCE does not have, when all is there]' \
            '--delete-max[with --delete remove nothing when it would be more than N files]:N:' \
            '--dry-run[compare and count, write nothing]' \
            '--part-size[bring large objects in ranges of SIZE, several at a time]:SIZE:' \
            '--ranges-above[which ones those above SIZE]:SIZE:' \
            '--workers[requests in flight a number, auto]:N:' \
            '--rate[requests a second at most]:N/s:' \
            '--bandwidth[bytes a second at most, each way 20M, or a timetable 0800-1800 1M, 20M]:SIZE:' \
            '--bandwidth-up[the same for what is sent]:SIZE:' \
            '--bandwidth-down[the same for what is received]:SIZE:' \
            '--control-file[look into FILE once a second for new limits lines rate 50, bandwidth 10M]:FILE:_files' \
            '--max-connections[connections to the server at most]:N:' \
            '--retries[how often a request is made again]:N:' \
            '--retry-base[the most to wait before the first retry, doubled for each further one]:TIME:' \
            '--retry-cap[the most to wait before any retry]:TIME:' \
            '--endpoint[the server that speaks S3]:URL:' \
            '--region[the region]:NAME:' \
            '--profile[the profile of ~/.aws to take keys and region from]:NAME:' \
            '--path-style[whether the bucket stands in the path of URLs]:path-style:(yes no)' \
            '--unsigned-payload[do not sign contents, send their MD5 instead less CPU over TLS]' \
            '--ca-file[trust the certificates in FILE instead of the systems]:FILE:_files' \
            '--proxy[the proxy to use]:URL:' \
            '--insecure[do not verify certificates anybody on the way can read and change everything]' \
            '--progress[how to show progress on standard error]:progress:(auto bar plain json none)' \
            '--json[print a report for programs on standard output at the end]' \
            '--stats[show time, bytes and waiting of every stage at the end]' \
            '--metrics-file[write counts, latencies and the requests in flight into FILE in the text format of Prometheus, once a second and at the end]:FILE:_files' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more name each entry when it is done]' \
            '-v[say more name each entry when it is done]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    copy)
        _arguments -s \
            '*--include[take only what matches]:GLOB:' \
            '*--exclude[leave out what matches]:GLOB:' \
            '--checksum[believe checksums only, not the journal and times]' \
            '--if-absent[copy only what is not there at all, and replace nothing]' \
            '--delete[remove from DEST what SOURCE does not have, when all is copied]' \
            '--delete-max[with --delete remove nothing when it would be more than N objects]:N:' \
            '--delete-all[with --delete however many it would be]' \
            '--dry-run[compare and count requests and bytes, copy nothing]' \
            '--storage-class[of what is copied, for example STANDARD_IA]:NAME:' \
            '--no-server-copy[fetch and send contents also where the server could copy by itself]' \
            '--part-size[cut into parts of SIZE]:SIZE:' \
            '--parts[copy N parts of an object at a time]:N:' \
            '--multipart-above[copy objects above SIZE in parts]:SIZE:' \
            '--memory[bound the contents in memory]:SIZE:' \
            '--journal[remember in FILE what was copied]:FILE:_files' \
            '--no-journal[remember nothing no large object is gone on with after a kill]' \
            '--source-endpoint[the server of SOURCE]:URL:' \
            '--source-region[the region of SOURCE]:NAME:' \
            '--source-profile[the profile of ~/.aws to take keys and region of SOURCE from]:NAME:' \
            '--workers[requests in flight a number, auto]:N:' \
            '--rate[requests a second at most]:N/s:' \
            '--bandwidth[bytes a second at most, each way 20M, or a timetable 0800-1800 1M, 20M]:SIZE:' \
            '--bandwidth-up[the same for what is sent]:SIZE:' \
            '--bandwidth-down[the same for what is received]:SIZE:' \
            '--control-file[look into FILE once a second for new limits lines rate 50, bandwidth 10M]:FILE:_files' \
            '--max-connections[connections to the server at most]:N:' \
            '--retries[how often a request is made again]:N:' \
            '--retry-base[the most to wait before the first retry, doubled for each further one]:TIME:' \
            '--retry-cap[the most to wait before any retry]:TIME:' \
            '--endpoint[the server that speaks S3]:URL:' \
            '--region[the region]:NAME:' \
            '--profile[the profile of ~/.aws to take keys and region from]:NAME:' \
            '--path-style[whether the bucket stands in the path of URLs]:path-style:(yes no)' \
            '--unsigned-payload[do not sign contents, send their MD5 instead less CPU over TLS]' \
            '--ca-file[trust the certificates in FILE instead of the systems]:FILE:_files' \
            '--proxy[the proxy to use]:URL:' \
            '--insecure[do not verify certificates anybody on the way can read and change everything]' \
            '--progress[how to show progress on standard error]:progress:(auto bar plain json none)' \
            '--json[print a report for programs on standard output at the end]' \
            '--stats[show time, bytes and waiting of every stage at the end]' \
            '--metrics-file[write counts, latencies and the requests in flight into FILE in the text format of Prometheus, once a second and at the end]:FILE:_files' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more name each entry when it is done]' \
            '-v[say more name each entry when it is done]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    check)
        _arguments -s \
            '*--include[compare only what matches]:GLOB:' \
            '*--exclude[leave out what matches]:GLOB:' \
            '--files-from[compare only the paths listed in FILE]:FILE:_files' \
            '--checksum[read both sides to their ends]' \
            '--part-size[the size of the parts that large files were sent in]:SIZE:' \
            '--workers[requests in flight a number, auto]:N:' \
            '--rate[requests a second at most]:N/s:' \
            '--bandwidth[bytes a second at most, each way 20M, or a timetable 0800-1800 1M, 20M]:SIZE:' \
            '--bandwidth-up[the same for what is sent]:SIZE:' \
            '--bandwidth-down[the same for what is received]:SIZE:' \
            '--control-file[look into FILE once a second for new limits lines rate 50, bandwidth 10M]:FILE:_files' \
            '--max-connections[connections to the server at most]:N:' \
            '--retries[how often a request is made again]:N:' \
            '--retry-base[the most to wait before the first retry, doubled for each further one]:TIME:' \
            '--retry-cap[the most to wait before any retry]:TIME:' \
            '--endpoint[the server that speaks S3]:URL:' \
            '--region[the region]:NAME:' \
            '--profile[the profile of ~/.aws to take keys and region from]:NAME:' \
            '--path-style[whether the bucket stands in the path of URLs]:path-style:(yes no)' \
            '--unsigned-payload[do not sign contents, send their MD5 instead less CPU over TLS]' \
            '--ca-file[trust the certificates in FILE instead of the systems]:FILE:_files' \
            '--proxy[the proxy to use]:URL:' \
            '--insecure[do not verify certificates anybody on the way can read and change everything]' \
            '--progress[how to show progress on standard error]:progress:(auto bar plain json none)' \
            '--json[print a report for programs on standard output at the end]' \
            '--stats[show time, bytes and waiting of every stage at the end]' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more name each entry when it is done]' \
            '-v[say more name each entry when it is done]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    bench)
        _arguments -s \
            '--seconds[measure each row for N seconds]:N:' \
            '--threads[work with N threads, each on data of its own]:N:' \
            '--size[how large the files are from A to B, or A]:A..B:' \
            '--json[print a report for programs]' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more name each entry when it is done]' \
            '-v[say more name each entry when it is done]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    help)
        _arguments -s \
            '1:word:(pack unpack list verify compress decompress push pull copy check bench help completion)' ;;
    completion)
        _arguments -s \
            '1:word:(bash zsh fish)' ;;
    esac
}
if [ "$funcstack[1]" = _penstock ]; then _penstock "$@"; else compdef _penstock penstock; fi
