/* SPDX-License-Identifier: MIT */
/*
 * Sizes of the tables of stubs; also read by the assembler.
 */
#ifndef ITRACE_LIB_STUB_LIMITS_H
#define ITRACE_LIB_STUB_LIMITS_H

#define LIB_FUNCS_MAX 32768 /* traced functions of a process */
#define LIB_SLOTS_MAX 65536 /* open calls of a process, all threads */
#define LIB_BLOCK_SLOTS 16  /* a thread takes slots by the block */
#define LIB_BLOCKS_MAX (LIB_SLOTS_MAX / LIB_BLOCK_SLOTS)
#define LIB_DEPTH_MAX 8192 /* open calls of a thread */

#endif
