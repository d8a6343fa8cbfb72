/** What differs between two snapshots: changed pages, what the kernel uses them for, and what changed in them. */
package org.ringside.app.diff;
