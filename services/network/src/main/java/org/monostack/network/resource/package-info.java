/**
 * Neutron's resources: each kind's attributes, its rules and its rows, one class per kind, over the
 * five calls that all of them share. What several kinds do to the same table is in the stores.
 */
@NullMarked
package org.monostack.network.resource;

import org.jspecify.annotations.NullMarked;
