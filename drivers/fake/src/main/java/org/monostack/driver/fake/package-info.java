/** Drivers that touch nothing: for an API-only cloud, and for tests. */
@NullMarked
package org.monostack.driver.fake;

import org.jspecify.annotations.NullMarked;
