#!/bin/sh
# The tests of PKCS#11 keys need SoftHSM2. As root on Debian it is installed, otherwise unpacked below var/; where
# neither works those tests skip and say so.
set -u
library=usr/lib/softhsm/libsofthsm2.so
unpacked=$(pwd)/var/softhsm
{ [ -e "/$library" ] || [ -e "$unpacked/$library" ]; } && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Kein SoftHSM2: die Tests mit PKCS#11 werden übersprungen (Debian: apt install softhsm2)."
    exit 0
fi
echo "Richte SoftHSM2 für die Tests ein ..."
export DEBIAN_FRONTEND=noninteractive
install_package() {
    apt-get update -qq && apt-get install -y -qq --no-install-recommends softhsm2
}
unpack_packages() {
    mkdir -p "$unpacked" && cd "$unpacked" && apt-get download -qq softhsm2 libsofthsm2 &&
        for package in ./*.deb; do dpkg -x "$package" . || return 1; done
    rm -f ./*.deb
}
if [ "$(id -u)" -eq 0 ]; then install_package; else unpack_packages; fi >/dev/null 2>&1
{ [ -e "/$library" ] || [ -e "$unpacked/$library" ]; } ||
    echo "SoftHSM2 ließ sich nicht einrichten: die Tests mit PKCS#11 werden übersprungen."
