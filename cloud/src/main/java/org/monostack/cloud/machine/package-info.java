/** What the launcher does to the machine: packages, namespaces, processes. */
@NullMarked
package org.monostack.cloud.machine;

import org.jspecify.annotations.NullMarked;
