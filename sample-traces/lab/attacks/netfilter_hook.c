// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * A module sees every IPv4 packet that arrives, and lets it pass. Seen: the initial network namespace's table of hooks for that point has a function of
 * a module.
 */
#include "lab_guest.h"
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <net/net_namespace.h>

static unsigned int passed_on(void *private, struct sk_buff *packet, const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static const struct nf_hook_ops operations = {
	.hook = passed_on,
	.pf = NFPROTO_IPV4,
	.hooknum = NF_INET_PRE_ROUTING,
	.priority = NF_IP_PRI_FIRST,
};

static int lab_attack(void)
{
	void *at = &init_net.nf.hooks_ipv4[NF_INET_PRE_ROUTING];
	struct nf_hook_entries *entries;
	void *old = *(void **)at;
	int error = nf_register_net_hook(&init_net, &operations);

	if (error)
		return error;
	lab_changed("init_net.nf.hooks_ipv4[PRE_ROUTING]", at, &old, sizeof(old));
	entries = *(struct nf_hook_entries **)at;
	old = NULL;
	lab_changed("nf_hook_entries.hooks[0].hook", &entries->hooks[0].hook, &old, sizeof(old));
	return 0;
}
MODULE_DESCRIPTION("Test subject: a netfilter hook");
