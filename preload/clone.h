/* SPDX-License-Identifier: MIT */
/*
 * Births: fork, vfork, clone, clone3. A child is armed before it returns to the program.
 */
#ifndef ITRACE_CLONE_H
#define ITRACE_CLONE_H

#include "core.h"

/* Before the call, as special_enter(): prepares the child's frame, blocks all signals. */
int clone_enter(struct thread *t, struct frame *f);

/* Behind the call, from entry.S, in the parent and in the child (on its own private stack). */
void clone_parent(struct frame *f);
void clone_child(struct frame *f);

#endif
