/** What of Neutron's API is not a resource: discovery, and how errors look. */
@NullMarked
package org.monostack.network.api;

import org.jspecify.annotations.NullMarked;
