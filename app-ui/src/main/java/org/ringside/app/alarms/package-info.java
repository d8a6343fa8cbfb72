/** The alarms: what happened, where to look, and whether somebody has. */
package org.ringside.app.alarms;
