/** Networks: Neutron's API, its intent tables, and what other services may ask of them. */
@NullMarked
package org.monostack.network;

import org.jspecify.annotations.NullMarked;
