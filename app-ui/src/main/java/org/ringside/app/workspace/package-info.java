/** What the window is about, apart from how it looks: the open trace, the moment, the selection, work in the background. No scene graph. */
package org.ringside.app.workspace;
