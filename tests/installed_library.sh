#!/bin/bash
# installed_library.sh BUILD SOURCE COMPILER: installs the build into an empty place, builds
# examples/library against it with nothing but find_package(penstock), and packs a directory with it.
set -euo pipefail
build=$1 source=$2 compiler=$3

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cmake --install "$build" --prefix "$place/installed" > "$place/log" || { cat "$place/log"; exit 1; }
cmake -S "$source/examples/library" -B "$place/build" -G Ninja "-DCMAKE_CXX_COMPILER=$compiler" \
  "-DCMAKE_PREFIX_PATH=$place/installed"
cmake --build "$place/build"

mkdir "$place/directory"
echo content > "$place/directory/file"
cd "$place"
echo 'a password' | build/pack_directory directory out.zip
7zz t '-pa password' out.zip > log || { cat log; exit 1; }
installed/bin/penstock list out.zip
installed/bin/penstock --version
for file in man/man1/penstock.1 bash-completion/completions/penstock zsh/site-functions/_penstock \
            fish/vendor_completions.d/penstock.fish; do
  [ -s "installed/share/$file" ] || { echo "not installed: $file"; exit 1; }
done
