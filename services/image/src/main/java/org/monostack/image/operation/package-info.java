/** What takes longer than a request: imports. */
@NullMarked
package org.monostack.image.operation;

import org.jspecify.annotations.NullMarked;
