/** Compute over HTTP, with its real neighbours and fake drivers. */
@NullMarked
package org.monostack.driver.fake.compute;

import org.jspecify.annotations.NullMarked;
