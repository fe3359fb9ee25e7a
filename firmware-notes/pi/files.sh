# shellcheck shell=sh
# Part of install.sh: units, rules and settings at their places, and lines of the boot firmware's config.txt.

lay_tree() { # lay_tree FOLDER: every file in it at its place
  (cd "$1" && find . -type f | LC_ALL=C sort) > "$WORK/tree"
  while read -r file; do
    mode=644
    test ! -x "$1/$file" && test "${file#./usr/local/}" = "$file" || mode=755
    case $file in ./etc/lockbench/*) settings "$1/$file" "${file#.}" ;; *) put "$1/$file" "${file#.}" $mode ;; esac
  done < "$WORK/tree"
}
access_point() {
  password=$(sed -n 's/^psk=//p' "$ROOT$KEYFILE" 2>/dev/null || true)
  test -n "$password" || password=$(tr -dc 'a-km-z2-9' < /dev/urandom | head -c 16)
  sed "s/@SSID@/$SSID/; s/@PASSWORD@/$password/" "$HERE/options/access-point.nmconnection" > "$WORK/keyfile"
  put "$WORK/keyfile" $KEYFILE 600
  lay_tree "$HERE/options/access-point"
  is_system && test -n "$COUNTRY" && command -v raspi-config > /dev/null || return 0
  test "$(raspi-config nonint get_wifi_country 2>/dev/null)" = "$COUNTRY" || run raspi-config nonint do_wifi_country "$COUNTRY"
}
files() {
  : > "$WORK/laid"
  lay_tree "$HERE/files"
  test "$KIOSK" = no || lay_tree "$HERE/options/kiosk"
  test "$SSID" = none || access_point
  printf 'KIOSK=%s\nHAT=%s\nRTC=%s\nSSID=%s\nCOUNTRY=%s\n' "$KIOSK" "$HAT" "$RTC" "$SSID" "$COUNTRY" > "$WORK/options"
  put "$WORK/options" $BASE/options 644
  if test -f "$ROOT$BASE/laid"; then # what an older version laid and this one does not
    LC_ALL=C sort -u "$WORK/laid" > "$WORK/keep"
    grep -vxFf "$WORK/keep" "$ROOT$BASE/laid" > "$WORK/gone" || true
    while read -r file; do drop "$file"; done < "$WORK/gone"
  fi
  LC_ALL=C sort -u "$WORK/laid" > "$WORK/list"
  put "$WORK/list" $BASE/laid 644
}
drop() {
  case " $UNITS " in *" $(basename "$1") "*) test ! -e "$ROOT$1" || ! is_system || drop_service "$(basename "$1")" ;; esac
  test ! -e "$ROOT$1" || run rm -f "$ROOT$1"
}

boot_lines() {
  say "$BEGIN"
  say '[all]'
  say 'dtparam=i2c_arm=on,i2c_arm_baudrate=400000'
  say 'dtparam=watchdog=on'
  if test "$HAT" != none; then
    chip=${HAT%%:*} rest=${HAT#*:}
    gpio=25 oscillator=${rest%%:*}
    test "$rest" = "$oscillator" || gpio=${rest#*:}
    say 'dtparam=spi=on'
    case $chip in mcp2515) overlay=mcp2515-can0 ;; *) overlay=mcp251xfd,spi0-0 ;; esac
    say "dtoverlay=$overlay,oscillator=$oscillator,interrupt=$gpio"
  fi
  test "$RTC" = none || say "dtoverlay=i2c-rtc,$RTC"
  say "$END"
}
without_block() { awk -v b="$BEGIN" -v e="$END" '$0 == b { inside = 1 } !inside { print } $0 == e { inside = 0 }' "$1"; }
boot_file() {
  for boot in /boot/firmware/config.txt /boot/config.txt none; do test ! -f "$ROOT$boot" || break; done
  test "$boot" != none || { say "- no config.txt: this is no Raspberry Pi, so no bus is switched on at boot"; return 0; }
  without_block "$ROOT$boot" > "$WORK/plain"
  if test "$1" = with; then
    ! { test "$HAT" != none && grep -Eq '^[[:space:]]*dtoverlay=mcp25' "$WORK/plain"; } ||
      refuse "$boot has a CAN overlay of its own: take that line out, or say --hat none"
    boot_lines > "$WORK/block"
    cat "$WORK/plain" "$WORK/block" > "$WORK/config"
  else cp "$WORK/plain" "$WORK/config"; fi
  ! cmp -s "$WORK/config" "$ROOT$boot" || return 0
  test "$1" = without || test -e "$ROOT$boot.before-lockbench" || run cp -p "$ROOT$boot" "$ROOT$boot.before-lockbench"
  say "+ write $boot ($1 lockbench's lines; they count from the next boot on)"
  CHANGED=yes
  test "$DRY" = yes || { cp "$WORK/config" "$ROOT$boot.new" && sync && mv "$ROOT$boot.new" "$ROOT$boot"; }
}
boot_file_as_before() { # the back-up goes where it is no longer needed
  for boot in /boot/firmware/config.txt /boot/config.txt; do
    test -f "$ROOT$boot.before-lockbench" || continue
    without_block "$ROOT$boot" > "$WORK/plain"
    if cmp -s "$ROOT$boot.before-lockbench" "$WORK/plain"; then run rm -f "$ROOT$boot.before-lockbench"
    else say "kept: $boot.before-lockbench, for $boot was changed since"; fi
  done
}
