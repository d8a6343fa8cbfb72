// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * A module leaves the list of modules and sysfs. Seen: a struct module, its mapped executable pages and its entry in the modules' address tree, which
 * no list mentions. It does nothing else.
 */
#include "lab_guest.h"

static int lab_attack(void)
{
	struct module *self = THIS_MODULE;
	struct list_head old = self->list;
	void *parent = self->mkobj.kobj.parent;

	list_del(&self->list);
	lab_changed("module.list", &self->list, &old, sizeof(old));
	kobject_del(&self->mkobj.kobj);
	lab_changed("module.mkobj.kobj.parent", &self->mkobj.kobj.parent, &parent, sizeof(parent));
	lab_fact("struct-module", self);
	return 0;
}
MODULE_DESCRIPTION("Test subject: a module that no list mentions");
