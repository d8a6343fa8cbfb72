/** The levels of a recursion side by side: whose memory, which hypervisor, which VMCS runs whom; and what a host made of its guest's wishes. */
package org.ringside.app.nesting;
