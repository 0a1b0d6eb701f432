/** The SQL of the identity schema, one class per aggregate. */
@NullMarked
package org.monostack.identity.store;

import org.jspecify.annotations.NullMarked;
