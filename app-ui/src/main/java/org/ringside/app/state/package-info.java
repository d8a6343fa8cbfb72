/** What is remembered from one start to the next, and where. No scene graph. */
package org.ringside.app.state;
