#!/bin/sh
# The browser tests need Chromium. As root on Debian it is installed; anywhere else those tests skip and say so.
set -u
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Kein Chromium: die Browsertests werden übersprungen (Debian: apt install chromium)."
    exit 0
fi
echo "Installiere Chromium für die Browsertests ..."
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1; then
    echo "Chromium ließ sich nicht installieren: die Browsertests werden übersprungen."
fi
