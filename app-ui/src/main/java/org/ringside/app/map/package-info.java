/** The change map: guest-physical memory as a picture, one pixel a page, with what changed since the baseline. */
package org.ringside.app.map;
