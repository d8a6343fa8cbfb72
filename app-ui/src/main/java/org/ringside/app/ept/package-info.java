/** The EPT map: what a guest may do to which page, as a picture and as ranges, and why an access would exit. */
package org.ringside.app.ept;
