/** The queue by which software has a unit forget what it cached (VT-d specification, section 6.5.2). */
package org.ringside.decoder.vtd.queue;
