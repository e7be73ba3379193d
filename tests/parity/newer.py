# SPDX-License-Identifier: MIT
"""Names that itrace knows and the packaged strace does not yet: in both traces they become the name, so that what
strace prints as a number is still compared with it."""
from rule import Rule

REASON = "newer than the packaged strace"
PRCTL = {0x41: "PR_SET_MDWE", 0x42: "PR_GET_MDWE", 0x43: "PR_SET_MEMORY_MERGE", 0x44: "PR_GET_MEMORY_MERGE",
	 0x45: "PR_RISCV_V_SET_CONTROL", 0x46: "PR_RISCV_V_GET_CONTROL", 0x47: "PR_RISCV_SET_ICACHE_FLUSH_CTX",
	 0x48: "PR_PPC_GET_DEXCR", 0x49: "PR_PPC_SET_DEXCR", 0x4a: "PR_GET_SHADOW_STACK_STATUS"}


def _value(unknown, number, name):
	return Rule(rf"(?<![\w|]){number:#x} /\* {unknown}_\?\?\? \*/", name, REASON)


def _flags(before, names):
	"""The bits behind the last flag that both know."""
	return Rule(rf"({before})\|(?:(?:{'|'.join(names)})\b\|?)*(?:0x[0-9a-f]+\b)?", r"\1|NEWER", REASON)


def _prctl(number, name):
	"""Its other arguments are numbers to strace."""
	return Rule(rf"^prctl\((?:{number:#x} /\* PR_\?\?\? \*/|{name}\b).*\) =", f"prctl({name}) =", REASON)


NEWER = (
	_value("IPPROTO", 0x90, "IPPROTO_AGGFRAG"),
	_value("IPPROTO", 0x100, "IPPROTO_SMC"),
	_value("PTRACE", 0x4210, "PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG"),
	_value("PTRACE", 0x4211, "PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG"),
	_flags("MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ", ("MEMBARRIER_CMD_GET_REGISTRATIONS",)),
	_flags("IORING_FEAT_LINKED_FILE", ("IORING_FEAT_REG_REG_RING", "IORING_FEAT_RECVSEND_BUNDLE",
					   "IORING_FEAT_MIN_TIMEOUT", "IORING_FEAT_RW_ATTR", "IORING_FEAT_NO_IOWAIT")),
	_flags("SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED", ("SECBIT_EXEC_RESTRICT_FILE", "SECBIT_EXEC_RESTRICT_FILE_LOCKED",
						      "SECBIT_EXEC_DENY_INTERACTIVE",
						      "SECBIT_EXEC_DENY_INTERACTIVE_LOCKED")),
) + tuple(_prctl(number, name) for number, name in PRCTL.items())
