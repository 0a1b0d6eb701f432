/** What the tests of every service stand on: a real database, a real listener, a plain client. */
@NullMarked
package org.monostack.platform.testing;

import org.jspecify.annotations.NullMarked;
