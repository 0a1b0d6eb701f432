/** What services know of the engines below them: that one may be away for a while. */
@NullMarked
package org.monostack.platform.engine;

import org.jspecify.annotations.NullMarked;
