/** Neutron's v2.0 API: one class per resource over a shared description of attributes. */
@NullMarked
package org.monostack.network.api;

import org.jspecify.annotations.NullMarked;
