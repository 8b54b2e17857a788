#compdef penstock
# zsh completion for penstock; made by 'penstock completion zsh'
_penstock() {
    local -a names=(
        'pack:pack files and directories into a ZIP archive'
        'unpack:unpack a ZIP archive into files and directories'
        'list:show what is in an archive'
        'verify:check an archive completely, writing nothing'
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
            '--codec[how to compress]:codec:(deflate store zstd)' \
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
            '--verbose[say more]' \
            '-v[say more]' \
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
            '--max-ratio[refuse archives that grow more than N times]:N:' \
            '--threads[work with N threads]:N:' \
            '--memory[bound the data in flight, for example 32M]:SIZE:' \
            '--progress[how to show progress on standard error]:progress:(auto bar plain json none)' \
            '--json[print a report for programs on standard output at the end]' \
            '--stats[show time, bytes and waiting of every stage at the end]' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more]' \
            '-v[say more]' \
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
            '--verbose[say more]' \
            '-v[say more]' \
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
            '--max-ratio[refuse archives that grow more than N times]:N:' \
            '--threads[work with N threads]:N:' \
            '--memory[bound the data in flight, for example 32M]:SIZE:' \
            '--progress[how to show progress on standard error]:progress:(auto bar plain json none)' \
            '--json[print a report for programs on standard output at the end]' \
            '--stats[show time, bytes and waiting of every stage at the end]' \
            '--quiet[say nothing but errors]' \
            '-q[say nothing but errors]' \
            '--verbose[say more]' \
            '-v[say more]' \
            '--log-file[append every message to FILE, with its time]:FILE:_files' \
            '--config[read options from FILE lines option = value, command sections]:FILE:_files' \
            '--help[show this text]' \
            '-h[show this text]' \
            '*:file:_files' ;;
    help)
        _arguments -s \
            '1:word:(pack unpack list verify help completion)' ;;
    completion)
        _arguments -s \
            '1:word:(bash zsh fish)' ;;
    esac
}
if [ "$funcstack[1]" = _penstock ]; then _penstock "$@"; else compdef _penstock penstock; fi
