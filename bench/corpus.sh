#!/bin/bash
# corpus.sh: makes the files the benchmarks pack, from Debian 12 packages, and prints where they are.
#
#   src    a slice of the Linux source: about 50,000 small text files
#   bin    compilers, libraries, interpreters: what compresses by half
#   media  pictures and packages: what does not compress
#   big    one file of exactly 1 GiB: a tar of the others
#
# They lie in $PENSTOCK_BENCH_DIR, or bench/corpus. A set that is there is kept: the first run takes
# some minutes, later ones none. Times of files are fixed, contents are those of today's packages;
# their versions are in the file VERSIONS. Needs apt-get (no root), dpkg-deb, tar, xz.
set -euo pipefail
export LC_ALL=C TZ=UTC

here=$(dirname -- "$(readlink -f -- "$0")")
corpus=${PENSTOCK_BENCH_DIR:-$here/corpus}
mkdir -p "$corpus"
corpus=$(readlink -f -- "$corpus")
packages=$corpus/.packages
fresh=$corpus/.fresh
when='2024-05-06 07:08:09 UTC'

kernel=(linux-source-6.1)
programs=(libllvm14 libclang-cpp14 gcc-12 cpp-12 git gdb perl-base libpython3.11-stdlib python3-numpy
  gstreamer1.0-plugins-good gstreamer1.0-plugins-bad libwebkit2gtk-4.1-0)
pictures=(plasma-workspace-wallpapers gnome-backgrounds mate-backgrounds oxygen-icon-theme)
# Of the kernel: not the processors nobody here has, and not the drivers with megabytes of tables.
kernel_without=(arch/{alpha,arc,arm,csky,hexagon,ia64,loongarch,m68k,microblaze,mips,nios2,openrisc,parisc}
  arch/{riscv,s390,sh,sparc,um,xtensa} drivers/{gpu,pinctrl,phy,platform,mfd,mtd,power,regulator,hwmon}
  drivers/{i2c,input,gpio,rtc,spi,tty,video,watchdog} sound/soc tools/{perf,testing} LICENSES)

say() { echo "corpus: $*" >&2; }

package_file() { find "$packages" -name "$1_*.deb" -print -quit; }

download() {  # download PACKAGE...: those that are not there yet
  local package
  mkdir -p "$packages"
  for package in "$@"; do
    [ -n "$(package_file "$package")" ] && continue
    say "downloading $package"
    (cd "$packages" && apt-get -qq -o APT::Sandbox::User= download "$package" > .log 2>&1) ||
      { cat "$packages/.log" >&2; say "cannot download $package: is 'apt-get update' due?"; exit 1; }
  done
}

extract() {  # extract PACKAGE TAR-ARGUMENT...: its files, into $fresh unless told otherwise
  dpkg-deb --fsys-tarfile "$(package_file "$1")" | tar -x --no-same-owner -C "$fresh" "${@:2}"
}

make_src() {
  download "${kernel[@]}"
  local top=${kernel[0]}
  extract "$top" --wildcards './usr/src/*.tar.xz'
  mv "$fresh/usr/src/$top.tar.xz" "$packages/kernel.tar.xz"
  rm -r "$fresh/usr"
  tar -x --no-same-owner -C "$fresh" --strip-components=1 "${kernel_without[@]/#/--exclude=$top/}" \
    -f "$packages/kernel.tar.xz"
  rm "$packages/kernel.tar.xz"
}

make_bin() {
  download "${programs[@]}"
  local package
  for package in "${programs[@]}"; do extract "$package" --exclude='./usr/share/*'; done
}

make_media() {
  download "${pictures[@]}" "${programs[@]}"
  local package
  for package in "${pictures[@]}"; do extract "$package" --exclude='./usr/share/doc*'; done
  for package in libllvm14 gcc-12 git libwebkit2gtk-4.1-0; do
    cp "$(package_file "$package")" "$fresh/$package.deb"
  done
}

make_big() {
  local size=$((1 << 30))
  # tar is cut off on purpose, by head.
  (tar -c --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rw -C "$corpus" -f - bin media src || true) \
    2> "$fresh/.log" | head -c $size > "$fresh/big.tar"
  rm "$fresh/.log"
  [ "$(stat -c %s "$fresh/big.tar")" = $size ] || { say "the sets are too small for big"; exit 1; }
}

for set in src bin media big; do
  [ -e "$corpus/$set" ] && continue
  say "making $set"
  rm -rf "$fresh" "$corpus/VERSIONS"
  mkdir "$fresh"
  "make_$set"
  find "$fresh" -exec touch -h -d "$when" {} +
  mv "$fresh" "$corpus/$set"
done
if [ ! -e "$corpus/VERSIONS" ]; then
  find "$packages" -name '*.deb' -printf '%f\n' | sort > "$corpus/VERSIONS"
fi
echo "$corpus"
