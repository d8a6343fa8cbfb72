/** BTF, the description that a kernel carries of its own types. */
package org.ringside.agent.kernel.btf;
