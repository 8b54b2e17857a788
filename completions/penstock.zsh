#compdef penstock
# zsh completion for penstock; made by 'penstock completion zsh'
_penstock() {
    local -a names=(
        'pack:pack files and directories into a ZIP archive'
        'unpack:unpack a ZIP archive into files and directories'
        'list:show what is in an archive, or in a .gz or .zst'
        'verify:check an archive completely, writing nothing'
        'compress:compress single files into .zst or .gz'
        'decompress:decompress .zst and .gz files, or a part of one'
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
            '1:word:(pack unpack list verify compress decompress bench help completion)' ;;
    completion)
        _arguments -s \
            '1:word:(bash zsh fish)' ;;
    esac
}
if [ "$funcstack[1]" = _penstock ]; then _penstock "$@"; else compdef _penstock penstock; fi
