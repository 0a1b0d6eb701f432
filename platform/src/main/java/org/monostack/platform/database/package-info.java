/** The one database: connections, transactions, migrations. */
@NullMarked
package org.monostack.platform.database;

import org.jspecify.annotations.NullMarked;
