// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * A task gets the credentials of process 1. Seen: two processes (not threads of one) with the same struct cred, which fork never makes; one of them was
 * an unprivileged user's.
 */
#include "lab_guest.h"
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched.h>

static int pid;
module_param(pid, int, 0);

static int lab_attack(void)
{
	struct task_struct *task = get_pid_task(find_vpid(pid), PIDTYPE_PID);
	struct task_struct *first = get_pid_task(find_vpid(1), PIDTYPE_PID);
	const struct cred *old, *old_real, *creds;

	if (!task || !first)
		return -ESRCH;
	old = rcu_access_pointer(task->cred);
	old_real = rcu_access_pointer(task->real_cred);
	creds = get_cred(get_task_cred(first)); /* two references, one for each pointer */
	rcu_assign_pointer(task->cred, creds);
	rcu_assign_pointer(task->real_cred, creds);
	lab_changed("task.cred", &task->cred, &old, sizeof(old));
	lab_changed("task.real_cred", &task->real_cred, &old_real, sizeof(old_real));
	lab_fact("task", task);
	lab_fact("process-1", first);
	return 0;
}
MODULE_DESCRIPTION("Test subject: credentials shared by two processes");
