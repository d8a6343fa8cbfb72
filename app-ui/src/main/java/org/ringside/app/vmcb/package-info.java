/** The view of AMD's virtual machine control blocks. */
package org.ringside.app.vmcb;
