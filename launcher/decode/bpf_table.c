/* SPDX-License-Identifier: MIT */
/* What is known of each command: see bpf.h. */
#include "decode/bpf.h"

#include <linux/bpf.h>
#include <stddef.h>

#include "xlat.h"

#define ROW(name_, at_, kind_, ...)                                          \
	{                                                                    \
		.name = name_, .at = at_, .kind = FIELD_##kind_, __VA_ARGS__ \
	}

/* END ends a table. */
#define END                  \
	{                    \
		.name = NULL \
	}

static const struct bpf_field map_create[] = {
	ROW("map_type", 0, ENUM, .set = &xlat_bpf_map_types),
	ROW("key_size", 4, UINT),
	ROW("value_size", 8, UINT),
	ROW("max_entries", 12, UINT),
	ROW("map_flags", 16, FLAGS, .beyond = 16, .set = &xlat_bpf_map_flags),
	ROW("inner_map_fd", 20, FD, .beyond = 20),
	ROW("numa_node", 24, NODE, .beyond = 24, .needs = BPF_F_NUMA_NODE, .needs_at = 16),
	ROW("map_name", 28, NAME, .beyond = 28),
	ROW("map_ifindex", 44, UINT, .beyond = 44),
	ROW("btf_fd", 48, FD, .beyond = 48),
	ROW("btf_key_type_id", 52, UINT, .beyond = 48),
	ROW("btf_value_type_id", 56, UINT, .beyond = 48),
	ROW("btf_vmlinux_value_type_id", 60, UINT, .beyond = 60),
	ROW("map_extra", 64, U64, .beyond = 64),
	END,
};

static const struct bpf_field map_delete_elem[] = {
	ROW("map_fd", 0, FD),
	ROW("key", 8, ADDR),
	END,
};

static const struct bpf_field map_get_next_key[] = {
	ROW("map_fd", 0, FD),
	ROW("key", 8, ADDR),
	ROW("next_key", 16, ADDR),
	END,
};

static const struct bpf_field prog_load[] = {
	ROW("prog_type", 0, ENUM, .set = &xlat_bpf_prog_types),
	ROW("insn_cnt", 4, UINT),
	ROW("insns", 8, ADDR),
	ROW("license", 16, ADDR),
	ROW("log_level", 24, UINT, .beyond = 24),
	ROW("log_size", 28, UINT, .beyond = 24),
	ROW("log_buf", 32, ADDR, .beyond = 24),
	ROW("kern_version", 40, VERSION, .beyond = 40),
	ROW("prog_flags", 44, FLAGS, .beyond = 44, .set = &xlat_bpf_prog_flags),
	ROW("prog_name", 48, NAME, .beyond = 48),
	ROW("prog_ifindex", 64, UINT, .beyond = 64),
	ROW("expected_attach_type", 68, ENUM, .beyond = 68, .set = &xlat_bpf_attach_types),
	ROW("prog_btf_fd", 72, FD, .beyond = 72),
	ROW("func_info_rec_size", 76, UINT, .beyond = 72),
	ROW("func_info", 80, ADDR, .beyond = 72),
	ROW("func_info_cnt", 88, UINT, .beyond = 72),
	ROW("line_info_rec_size", 92, UINT, .beyond = 72),
	ROW("line_info", 96, ADDR, .beyond = 72),
	ROW("line_info_cnt", 104, UINT, .beyond = 72),
	ROW("attach_btf_id", 108, UINT, .beyond = 108),
	ROW("attach_prog_fd", 112, FD, .beyond = 112),
	ROW("fd_array", 120, ADDR, .beyond = 120),
	END,
};

static const struct bpf_field prog_attach[] = {
	ROW("target_fd", 0, FD),
	ROW("attach_bpf_fd", 4, FD),
	ROW("attach_type", 8, ENUM, .set = &xlat_bpf_attach_types),
	ROW("attach_flags", 12, FLAGS, .set = &xlat_bpf_attach_flags),
	ROW("replace_bpf_fd", 16, FD, .beyond = 16),
	END,
};

static const struct bpf_field prog_detach[] = {
	ROW("target_fd", 0, FD),
	ROW("attach_type", 8, ENUM, .set = &xlat_bpf_attach_types),
	END,
};

static const struct bpf_field prog_test_run[] = {
	ROW("prog_fd", 0, FD),
	ROW("retval", 4, UINT),
	ROW("data_size_in", 8, UINT),
	ROW("data_size_out", 12, UINT),
	ROW("data_in", 16, ADDR),
	ROW("data_out", 24, ADDR),
	ROW("repeat", 32, UINT),
	ROW("duration", 36, UINT),
	ROW("ctx_size_in", 40, UINT, .beyond = 40),
	ROW("ctx_size_out", 44, UINT, .beyond = 40),
	ROW("ctx_in", 48, ADDR, .beyond = 40),
	ROW("ctx_out", 56, ADDR, .beyond = 40),
	ROW("flags", 64, FLAGS, .beyond = 64, .set = &xlat_bpf_test_flags),
	ROW("cpu", 68, UINT, .beyond = 64),
	ROW("batch_size", 72, UINT, .beyond = 72),
	END,
};

static const struct bpf_field obj_get_info_by_fd[] = {
	ROW("bpf_fd", 0, FD),
	ROW("info_len", 4, UINT),
	ROW("info", 8, ADDR),
	END,
};

static const struct bpf_field prog_query[] = {
	ROW("target_fd", 0, FD),
	ROW("attach_type", 4, ENUM, .set = &xlat_bpf_attach_types),
	ROW("query_flags", 8, FLAGS, .set = &xlat_bpf_query_flags),
	ROW("attach_flags", 12, FLAGS, .set = &xlat_bpf_attach_flags),
	ROW("prog_ids", 16, ADDR),
	ROW("prog_cnt", 24, UINT),
	END,
};

static const struct bpf_field raw_tracepoint_open[] = {
	ROW("name", 0, ADDR),
	ROW("prog_fd", 8, FD),
	END,
};

static const struct bpf_field btf_load[] = {
	ROW("btf", 0, ADDR),	       ROW("btf_log_buf", 8, ADDR),    ROW("btf_size", 16, UINT),
	ROW("btf_log_size", 20, UINT), ROW("btf_log_level", 24, UINT), END,
};

static const struct bpf_field task_fd_query[] = {
	ROW("pid", 0, PID),
	ROW("fd", 4, FD),
	ROW("flags", 8, UINT),
	ROW("buf_len", 12, UINT),
	ROW("buf", 16, ADDR),
	ROW("prog_id", 24, UINT),
	ROW("fd_type", 28, ENUM, .set = &xlat_bpf_fd_types),
	ROW("probe_offset", 32, HEX64),
	ROW("probe_addr", 40, HEX64),
	END,
};

static const struct bpf_field map_update_batch[] = {
	ROW("keys", 16, ADDR),
	ROW("values", 24, ADDR),
	ROW("count", 32, UINT),
	ROW("map_fd", 36, FD),
	ROW("elem_flags", 40, FLAGS64, .set = &xlat_bpf_lookup_flags),
	ROW("flags", 48, HEX64),
	END,
};

static const struct bpf_field map_delete_batch[] = {
	ROW("keys", 16, ADDR),	 ROW("count", 32, UINT),
	ROW("map_fd", 36, FD),	 ROW("elem_flags", 40, FLAGS64, .set = &xlat_bpf_lookup_flags),
	ROW("flags", 48, HEX64), END,
};

static const struct bpf_field link_create[] = {
	ROW("prog_fd", 0, FD),
	ROW("target_fd", 4, FD),
	ROW("attach_type", 8, ENUM, .set = &xlat_bpf_attach_types),
	ROW("flags", 12, HEX),
	END,
};

static const struct bpf_field link_update[] = {
	ROW("link_fd", 0, FD),
	ROW("new_prog_fd", 4, FD),
	ROW("flags", 8, FLAGS, .set = &xlat_bpf_attach_flags),
	ROW("old_prog_fd", 12, FD, .needs = BPF_F_REPLACE, .needs_at = 8),
	END,
};

static const struct bpf_field next_id[] = {
	ROW("start_id", 0, UINT),
	ROW("next_id", 4, RESULT),
	ROW("open_flags", 8, FLAGS, .beyond = 8, .set = &xlat_bpf_file_flags),
	END,
};

static const struct bpf_field prog_fd_by_id[] = {
	ROW("prog_id", 0, UINT),
	ROW("next_id", 4, UINT),
	ROW("open_flags", 8, FLAGS, .beyond = 8, .set = &xlat_bpf_file_flags),
	END,
};

static const struct bpf_field map_fd_by_id[] = {
	ROW("map_id", 0, UINT),
	ROW("next_id", 4, UINT),
	ROW("open_flags", 8, FLAGS, .beyond = 8, .set = &xlat_bpf_file_flags),
	END,
};

static const struct bpf_field object[] = {
	ROW("pathname", 0, ADDR),
	ROW("bpf_fd", 8, FD),
	ROW("file_flags", 12, FLAGS, .beyond = 12, .set = &xlat_bpf_file_flags),
	END,
};

static const struct bpf_field lookup_elem[] = {
	ROW("map_fd", 0, FD),
	ROW("key", 8, ADDR),
	ROW("value", 16, ADDR),
	ROW("flags", 24, FLAGS64, .beyond = 24, .set = &xlat_bpf_lookup_flags),
	END,
};

static const struct bpf_field update_elem[] = {
	ROW("map_fd", 0, FD),
	ROW("key", 8, ADDR),
	ROW("value", 16, ADDR),
	ROW("flags", 24, ENUM64, .set = &xlat_bpf_update_flags),
	END,
};

static const struct bpf_field lookup_batch[] = {
	ROW("in_batch", 0, ADDR),
	ROW("out_batch", 8, ADDR),
	ROW("keys", 16, ADDR),
	ROW("values", 24, ADDR),
	ROW("count", 32, UINT),
	ROW("map_fd", 36, FD),
	ROW("elem_flags", 40, FLAGS64, .set = &xlat_bpf_lookup_flags),
	ROW("flags", 48, HEX64),
	END,
};

static const struct bpf_field btf_id[] = {
	ROW("btf_id", 0, UINT),
	END,
};

static const struct bpf_field link_id[] = {
	ROW("link_id", 0, UINT),
	END,
};

static const struct bpf_field map_freeze[] = {
	ROW("map_fd", 0, FD),
	END,
};

const struct bpf_command bpf_commands[] = {
	[BPF_MAP_CREATE] = { map_create, NULL, 72 },
	[BPF_MAP_LOOKUP_ELEM] = { lookup_elem, NULL, 32 },
	[BPF_MAP_UPDATE_ELEM] = { update_elem, NULL, 32 },
	[BPF_MAP_DELETE_ELEM] = { map_delete_elem, NULL, 16 },
	[BPF_MAP_GET_NEXT_KEY] = { map_get_next_key, NULL, 24 },
	[BPF_PROG_LOAD] = { prog_load, NULL, 128 },
	[BPF_OBJ_PIN] = { object, NULL, 16 },
	[BPF_OBJ_GET] = { object, NULL, 16 },
	[BPF_PROG_ATTACH] = { prog_attach, NULL, 20 },
	[BPF_PROG_DETACH] = { prog_detach, NULL, 12 },
	[BPF_PROG_TEST_RUN] = { prog_test_run, "test", 76 },
	[BPF_PROG_GET_NEXT_ID] = { next_id, NULL, 12 },
	[BPF_MAP_GET_NEXT_ID] = { next_id, NULL, 12 },
	[BPF_PROG_GET_FD_BY_ID] = { prog_fd_by_id, NULL, 12 },
	[BPF_MAP_GET_FD_BY_ID] = { map_fd_by_id, NULL, 12 },
	[BPF_OBJ_GET_INFO_BY_FD] = { obj_get_info_by_fd, "info", 16 },
	[BPF_PROG_QUERY] = { prog_query, "query", 28 },
	[BPF_RAW_TRACEPOINT_OPEN] = { raw_tracepoint_open, "raw_tracepoint", 12 },
	[BPF_BTF_LOAD] = { btf_load, NULL, 28 },
	[BPF_BTF_GET_FD_BY_ID] = { btf_id, NULL, 4 },
	[BPF_TASK_FD_QUERY] = { task_fd_query, "task_fd_query", 48 },
	[BPF_MAP_LOOKUP_AND_DELETE_ELEM] = { lookup_elem, NULL, 32 },
	[BPF_MAP_FREEZE] = { map_freeze, NULL, 4 },
	[BPF_BTF_GET_NEXT_ID] = { next_id, NULL, 12 },
	[BPF_MAP_LOOKUP_BATCH] = { lookup_batch, "batch", 56 },
	[BPF_MAP_LOOKUP_AND_DELETE_BATCH] = { lookup_batch, "batch", 56 },
	[BPF_MAP_UPDATE_BATCH] = { map_update_batch, "batch", 56 },
	[BPF_MAP_DELETE_BATCH] = { map_delete_batch, "batch", 56 },
	[BPF_LINK_CREATE] = { link_create, "link_create", 16 },
	[BPF_LINK_UPDATE] = { link_update, "link_update", 16 },
	[BPF_LINK_GET_FD_BY_ID] = { link_id, NULL, 4 },
	[BPF_LINK_GET_NEXT_ID] = { next_id, NULL, 12 },
};

const unsigned int bpf_nr_commands = sizeof(bpf_commands) / sizeof(bpf_commands[0]);
