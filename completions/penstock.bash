# bash completion for penstock; made by 'penstock completion bash'
_penstock() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W 'pack unpack list verify compress decompress bench help completion --help --version' -- "$word"))
        return
    fi
    case ${COMP_WORDS[1]}:$before in
        pack:--output|pack:-o) compopt -o default ;;
        pack:--codec) COMPREPLY=($(compgen -W 'deflate huffman store zstd' -- "$word")) ;;
        pack:--level) ;;
        pack:--password-file) compopt -o default ;;
        pack:--password-env) ;;
        pack:--aes) COMPREPLY=($(compgen -W '128 256' -- "$word")) ;;
        pack:--include) ;;
        pack:--exclude) ;;
        pack:--files-from) compopt -o default ;;
        pack:--threads) ;;
        pack:--memory) ;;
        pack:--progress) COMPREPLY=($(compgen -W 'auto bar plain json none' -- "$word")) ;;
        pack:--log-file) compopt -o default ;;
        pack:--config) compopt -o default ;;
        unpack:--directory|unpack:-C) COMPREPLY=($(compgen -d -- "$word")) ;;
        unpack:--overwrite) COMPREPLY=($(compgen -W 'always older never' -- "$word")) ;;
        unpack:--strip) ;;
        unpack:--include) ;;
        unpack:--exclude) ;;
        unpack:--password-file) compopt -o default ;;
        unpack:--password-env) ;;
        unpack:--links) COMPREPLY=($(compgen -W 'refuse skip all' -- "$word")) ;;
        unpack:--max-output) ;;
        unpack:--max-entries) ;;
        unpack:--max-ratio) ;;
        unpack:--threads) ;;
        unpack:--memory) ;;
        unpack:--progress) COMPREPLY=($(compgen -W 'auto bar plain json none' -- "$word")) ;;
        unpack:--log-file) compopt -o default ;;
        unpack:--config) compopt -o default ;;
        list:--log-file) compopt -o default ;;
        list:--config) compopt -o default ;;
        verify:--include) ;;
        verify:--exclude) ;;
        verify:--password-file) compopt -o default ;;
        verify:--password-env) ;;
        verify:--links) COMPREPLY=($(compgen -W 'refuse skip all' -- "$word")) ;;
        verify:--max-output) ;;
        verify:--max-entries) ;;
        verify:--max-ratio) ;;
        verify:--threads) ;;
        verify:--memory) ;;
        verify:--progress) COMPREPLY=($(compgen -W 'auto bar plain json none' -- "$word")) ;;
        verify:--log-file) compopt -o default ;;
        verify:--config) compopt -o default ;;
        compress:--output|compress:-o) compopt -o default ;;
        compress:--codec) COMPREPLY=($(compgen -W 'zstd gzip huffman' -- "$word")) ;;
        compress:--level) ;;
        compress:--threads) ;;
        compress:--memory) ;;
        compress:--progress) COMPREPLY=($(compgen -W 'auto bar plain json none' -- "$word")) ;;
        compress:--log-file) compopt -o default ;;
        compress:--config) compopt -o default ;;
        decompress:--output|decompress:-o) compopt -o default ;;
        decompress:--range) ;;
        decompress:--max-output) ;;
        decompress:--threads) ;;
        decompress:--memory) ;;
        decompress:--progress) COMPREPLY=($(compgen -W 'auto bar plain json none' -- "$word")) ;;
        decompress:--log-file) compopt -o default ;;
        decompress:--config) compopt -o default ;;
        bench:--seconds) ;;
        bench:--threads) ;;
        bench:--size) ;;
        bench:--log-file) compopt -o default ;;
        bench:--config) compopt -o default ;;
        *)
    case ${COMP_WORDS[1]} in
        pack) words=' --output -o --force --codec --level --encrypt --password-file --password-env --generate-password --aes --include --exclude --files-from --one-file-system -x --dry-run --threads --memory --progress --json --stats --quiet -q --verbose -v --log-file --config --help -h' ;;
        unpack) words=' --directory -C --overwrite --strip --dry-run --include --exclude --password-file --password-env --links --lenient --max-output --max-entries --max-ratio --threads --memory --progress --json --stats --quiet -q --verbose -v --log-file --config --help -h' ;;
        list) words=' --json --print0 -0 --lenient --quiet -q --verbose -v --log-file --config --help -h' ;;
        verify) words=' --include --exclude --password-file --password-env --links --lenient --max-output --max-entries --max-ratio --threads --memory --progress --json --stats --quiet -q --verbose -v --log-file --config --help -h' ;;
        compress) words=' --output -o --stdout -c --force --rm --codec --level --threads --memory --progress --json --stats --quiet -q --verbose -v --log-file --config --help -h' ;;
        decompress) words=' --output -o --stdout -c --force --rm --test -t --range --max-output --threads --memory --progress --json --stats --quiet -q --verbose -v --log-file --config --help -h' ;;
        bench) words=' --seconds --threads --size --json --quiet -q --verbose -v --log-file --config --help -h' ;;
        help) words='pack unpack list verify compress decompress bench help completion' ;;
        completion) words='bash zsh fish' ;;
    esac
    case $word:${COMP_WORDS[1]} in
        -*|*:help|*:completion) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
        *) compopt -o default ;;
    esac ;;
    esac
}
complete -F _penstock penstock
