/** Guest paging of x86 processors: 32-bit, PAE, 4-level and 5-level (Intel SDM vol. 3, chapter 4). */
package org.ringside.decoder.paging;
