#!/bin/sh
# SPDX-License-Identifier: MIT
# The generator as a command: what it writes, what it says, what it returns.
#
#     test_command.sh ITRACE-GEN SPEC-FOLDER
set -u
gen=$1
spec=$2
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

fail() {
	echo "FAILED: $*"
	failed=1
}

# The same tables wherever the spec lies, and whenever they are made.
mkdir "$dir/one" "$dir/two"
cp -r "$spec" "$dir/copy"
"$gen" --out "$dir/one" "$spec"/*.spec || fail "the spec is refused"
"$gen" --out "$dir/two" "$dir"/copy/*.spec || fail "a copy of the spec is refused"
diff -r "$dir/one" "$dir/two" >/dev/null || fail "two runs differ"
for name in plan_table.c call_table.c call_class.h structs.h xlat.c xlat.h shims.c lib_table.c; do
	[ -s "$dir/one/$name" ] || fail "$name is missing or empty"
done
grep -q 'read, desc.spec:[0-9]' "$dir/one/plan_table.c" || fail "no spec line is named"

# A mistake: file:line:column, exit status 1, nothing written.
mkdir "$dir/three"
printf '# one\n0 read(fd fd, sise count) -> size\n' >"$dir/bad.spec"
message=$("$gen" --out "$dir/three" "$dir/bad.spec" 2>&1)
[ $? -eq 1 ] || fail "exit status of a mistake"
[ "$message" = "$dir/bad.spec:2:15: error: unknown type 'sise'" ] || fail "message: $message"
[ -z "$(ls "$dir/three")" ] || fail "a mistake leaves files"

# A constant that no header has, or that a header contradicts: the compiler says which.
printf 'enum s "S" { NO_SUCH_CONSTANT }\n' >"$dir/const.spec"
"$gen" --out "$dir/three" "$dir/const.spec" || fail "const.spec is refused"
grep -q 'CONST(NO_SUCH_CONSTANT)' "$dir/three/xlat.c" || fail "the constant is not in xlat.c"
printf 'include <linux/fcntl.h>\nenum s "S" { AT_FDCWD = 5 }\n' >"$dir/const.spec"
"$gen" --out "$dir/three" "$dir/const.spec" || fail "const.spec is refused"
grep -q '_Static_assert(CONST(AT_FDCWD) == CONST(0x5)' "$dir/three/xlat.c" ||
	fail "the value is not asserted"

# Files that cannot be read or written.
message=$("$gen" --out "$dir/three" "$dir/none.spec" 2>&1)
[ $? -eq 1 ] || fail "exit status of a missing file"
[ "$message" = "itrace-gen: $dir/none.spec: No such file or directory" ] || fail "message: $message"
message=$("$gen" --out "$dir/none" "$dir/const.spec" 2>&1)
[ $? -eq 1 ] || fail "exit status of a missing folder"
[ "$message" = "itrace-gen: $dir/none/plan_table.c: No such file or directory" ] ||
	fail "message: $message"
"$gen" --out 2>/dev/null
[ $? -eq 2 ] || fail "exit status of bad use"

exit $failed
