/** Words and numbers for people: resource bundles and formats. */
package org.ringside.app.text;
