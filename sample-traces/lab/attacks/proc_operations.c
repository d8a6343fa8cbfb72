// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/* Reading /proc/modules goes through a module. Seen: the pointer to the read function in a read-only operations table leads out of kernel text. */
#include "lab_guest.h"
#include <linux/proc_fs.h>

static ssize_t (*original)(struct file *file, char __user *to, size_t size, loff_t *position);

static ssize_t passed_on(struct file *file, char __user *to, size_t size, loff_t *position)
{
	return original(file, to, size, position);
}

static int lab_attack(void)
{
	struct proc_ops *operations = (struct proc_ops *)lab_symbol("modules_proc_ops");
	unsigned long to = (unsigned long)passed_on;

	if (!operations)
		operations = (struct proc_ops *)lab_symbol("proc_modules_operations");
	if (!operations || !operations->proc_read)
		return -ENOENT;
	original = operations->proc_read;
	lab_overwrite("modules_proc_ops.proc_read", &operations->proc_read, &to, sizeof(to));
	return 0;
}
MODULE_DESCRIPTION("Test subject: an operations table of a file of /proc");
