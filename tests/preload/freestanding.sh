#!/bin/sh
# SPDX-License-Identifier: MIT
# libitrace.so needs nobody: no library, no symbol but the siblings' weak ones; it exports nothing,
# uses no thread-local storage, and no vector register.
lib=$1
fail=0

complain() {
	echo "$1"
	fail=1
}

undefined=$(nm -D --undefined-only "$lib" | grep -v ' w itrace_lib_start$' | grep -v ' w itrace_shim_start$')
[ -z "$undefined" ] || complain "undefined symbols: $undefined"
exported=$(nm -D --defined-only "$lib")
[ -z "$exported" ] || complain "exported symbols: $exported"
readelf -d "$lib" | grep -q NEEDED && complain "needs a library"
readelf -d "$lib" | grep -q INITFIRST || complain "its constructor is not the first one"
readelf -lW "$lib" | grep -q TLS && complain "has thread-local storage"
objdump -d --no-show-raw-insn "$lib" | grep -qE '%[xyz]mm[0-9]|%st\(' && complain "uses vector registers"
exit $fail
