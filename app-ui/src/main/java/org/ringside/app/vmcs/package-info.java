/** The VMCS view: every field of a VMX region, what it means, and what is wrong with it. */
package org.ringside.app.vmcs;
