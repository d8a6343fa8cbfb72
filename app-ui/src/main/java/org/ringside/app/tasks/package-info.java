/** The list of work in the background. */
package org.ringside.app.tasks;
